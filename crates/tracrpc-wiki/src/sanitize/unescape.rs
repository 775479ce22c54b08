//! Character references, as Python's `html.unescape` reads them (the rules of HTML 5).

use std::borrow::Cow;

use super::entities::named;

/// The longest name that is looked for.
const LONGEST: usize = 32;

/// What the numbers 0x80 to 0x9f mean: Windows' code page 1252.
const CP1252: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];

/// `text` with its character references replaced.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let reference = &rest[at + 1..];
        let length = match numeric(reference) {
            Some((character, length)) => {
                out.extend(character);
                length
            }
            None => push_named(&mut out, reference),
        };
        rest = &reference[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Reads `#65;` or `#x41;`: the character, or none if it stands for nothing.
fn numeric(reference: &str) -> Option<(Option<char>, usize)> {
    let number = reference.strip_prefix('#')?;
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let length = digits
        .bytes()
        .take_while(|&b| char::from(b).is_digit(radix))
        .count();
    if length == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..length], radix).unwrap_or(u32::MAX);
    let end = reference.len() - digits.len() + length;
    Some((
        character(code),
        end + usize::from(reference[end..].starts_with(';')),
    ))
}

fn character(code: u32) -> Option<char> {
    match code {
        0 => Some('\u{fffd}'),
        0x0d => Some('\r'),
        0x80..=0x9f => CP1252.get((code - 0x80) as usize).copied(),
        0x1..=0x8 | 0xb | 0xe..=0x1f | 0x7f | 0xfdd0..=0xfdef => None,
        0xffff_ffff.. => Some('\u{fffd}'),
        code if code <= 0x10_ffff && code & 0xfffe == 0xfffe => None,
        code => Some(char::from_u32(code).unwrap_or('\u{fffd}')),
    }
}

/// Writes what a name means, or the text itself; says how much of the text that is.
fn push_named(out: &mut String, reference: &str) -> usize {
    let is_end = |c: char| matches!(c, '\t' | '\n' | '\u{c}' | ' ' | '<' | '&' | '#' | ';');
    let name_end = reference
        .char_indices()
        .enumerate()
        .find(|(index, (_, c))| *index == LONGEST || is_end(*c));
    let name_end = name_end.map_or(reference.len(), |(_, (at, _))| at);
    let end = name_end + usize::from(name_end > 0 && reference[name_end..].starts_with(';'));
    let name = &reference[..end];
    if let Some(meaning) = named(name) {
        out.push_str(meaning);
        return end;
    }
    let shorter = name
        .char_indices()
        .map(|(at, _)| at)
        .rev()
        .filter(|&at| at >= 2);
    for at in shorter {
        if let Some(meaning) = named(&name[..at]) {
            out.push_str(meaning);
            out.push_str(&name[at..]);
            return end;
        }
    }
    out.push('&');
    out.push_str(name);
    end
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn references() {
        let check = |text: &str, want: &str| assert_eq!(unescape(text), want, "{text}");
        check("&lt;a&gt; &amp;amp; &AMP", "<a> &amp; &");
        check("&eacute; &eacutex; &notit; &nosuch;", "é éx; ¬it; &nosuch;");
        check(
            "&#65;&#x42;&#67 &#0; &#128; &#xd800; &#1; &#;",
            "ABC \u{fffd} € \u{fffd}  &#;",
        );
        check("&#9999999999999;", "\u{fffd}");
        check("& & &", "& & &");
    }
}
