//! HTML to plain text, as Trac's `plaintext` does it.

use crate::entities::named_character;

/// The text of HTML: without tags and comments, white space as single spaces, entities read.
///
/// Entities are read twice, as Trac does: `&amp;eacute;` is what the wiki writes for `&eacute;`.
pub(crate) fn plaintext(html: &str) -> String {
    let text = without_tags(html)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if !text.contains('&') {
        return text;
    }
    decode(&decode(&text, Unknown::Kept), Unknown::NameOnly)
}

/// With entities read, once.
pub(crate) fn decode_entities(text: &str) -> String {
    decode(text, Unknown::Kept)
}

/// Without tags and comments; what is not closed stays.
pub(crate) fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (open, close) = if rest[start..].starts_with("<!--") {
            (4, "-->")
        } else {
            (0, ">")
        };
        let Some(length) = rest[start + open..].find(close) else {
            break;
        };
        text.push_str(&rest[..start]);
        rest = &rest[start + open + length + close.len()..];
    }
    text.push_str(rest);
    text
}

/// What becomes of an entity whose name is unknown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Kept,
    NameOnly,
}

fn decode(text: &str, unknown: Unknown) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match entity(rest) {
            Some((character, length)) => {
                decoded.push(character);
                rest = &rest[length..];
            }
            None => match unknown_name(rest).filter(|_| unknown == Unknown::NameOnly) {
                Some(name) => {
                    decoded.push_str(name);
                    rest = &rest[name.len() + 1..];
                }
                None => decoded.push('&'),
            },
        }
    }
    decoded.push_str(rest);
    decoded
}

/// The character that stands behind a `&`, and how long its name is with the semicolon.
fn entity(rest: &str) -> Option<(char, usize)> {
    if let Some(number) = rest.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number, 10),
        };
        let length = digits
            .bytes()
            .take_while(|b| char::from(*b).is_digit(radix))
            .take(8)
            .count();
        let character = u32::from_str_radix(&digits[..length], radix)
            .ok()
            .and_then(char::from_u32)?;
        let semicolon = usize::from(digits[length..].starts_with(';'));
        return Some((character, rest.len() - digits.len() + length + semicolon));
    }
    let name = unknown_name(rest)?;
    named_character(name).map(|character| (character, name.len() + 1))
}

/// A name that a semicolon follows.
fn unknown_name(rest: &str) -> Option<&str> {
    const LONGEST: usize = 32;
    let length = rest
        .bytes()
        .take(LONGEST)
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    (length > 0 && rest[length..].starts_with(';')).then(|| &rest[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_entities() {
        let check = |html: &str, want: &str| assert_eq!(plaintext(html), want, "{html}");
        check("<b>1 &lt; 2</b>", "1 < 2");
        check("a <!-- <b> -->\n b", "a b");
        check("caf&amp;eacute; &amp;#233; &#xe9;", "café é é");
        check("&amp;nosuch; &amp; &nosuch", "nosuch & &nosuch");
        check("1 < 2", "1 < 2");
    }
}
