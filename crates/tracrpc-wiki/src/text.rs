//! Small operations on text, as Trac does them.

use std::borrow::Cow;

use crate::chars::is_space;

/// Without white space at both ends.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Without one level of quotes around it.
pub(crate) fn unquote(text: &str) -> &str {
    let quote = match text.as_bytes().first() {
        Some(b'\'') => '\'',
        Some(b'"') => '"',
        _ => return text,
    };
    if !text.ends_with(quote) {
        return text;
    }
    text.get(1..text.len() - 1).unwrap_or("")
}

/// Whether a text means true, as Trac reads truths.
pub(crate) fn is_true(text: &str) -> bool {
    let text = strip(text);
    let is_number = text.parse::<f64>().is_ok_and(|number| number != 0.0);
    is_number || ["yes", "true", "enabled", "on"].contains(&text.to_lowercase().as_str())
}

/// Cut to at most 75 characters, at a space if there is one, with ` ...` at the end.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    const MAX: usize = 75;
    const SUFFIX: &str = " ...";
    if text.len() <= MAX || text.chars().count() <= MAX {
        return Cow::Borrowed(text);
    }
    let limit = text
        .char_indices()
        .nth(MAX - SUFFIX.len())
        .map_or(text.len(), |(at, _)| at);
    let cut = text[..limit].rfind([' ', '\n']).unwrap_or(limit);
    Cow::Owned(format!("{}{SUFFIX}", &text[..cut]))
}

/// The lines of a text, as Python's `splitlines` splits them.
pub(crate) fn lines(text: &str) -> Lines<'_> {
    Lines {
        rest: text,
        is_plain: !has_unusual_line_ends(text),
    }
}

/// The lines of a text, without what ends them.
pub(crate) struct Lines<'t> {
    rest: &'t str,
    /// Lines end in carriage returns and line feeds alone.
    is_plain: bool,
}

impl<'t> Iterator for Lines<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = match self.is_plain {
            true => plain_line_end(self.rest),
            false => line_end(self.rest),
        };
        let Some((at, length)) = end else {
            return Some(std::mem::take(&mut self.rest));
        };
        let line = &self.rest[..at];
        self.rest = &self.rest[at + length..];
        Some(line)
    }
}

/// Whether a text may hold anything but `\r` and `\n` that ends lines.
fn has_unusual_line_ends(text: &str) -> bool {
    let is_unusual = |byte: u8| {
        let is_control = byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
        is_control || byte == 0xc2 || byte == 0xe2
    };
    // Without a way out, so that many bytes are looked at at once.
    text.bytes()
        .fold(false, |found, byte| found | is_unusual(byte))
}

/// As [`line_end`], of a text without unusual ends of lines.
fn plain_line_end(text: &str) -> Option<(usize, usize)> {
    let at = memchr::memchr2(b'\n', b'\r', text.as_bytes())?;
    let length = if text[at..].starts_with("\r\n") { 2 } else { 1 };
    Some((at, length))
}

/// Where the first line ends, and how long its end is.
fn line_end(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let at = from
            + bytes[from..]
                .iter()
                .position(|&b| b <= 0x1e || b == 0xc2 || b == 0xe2)?;
        let length = match bytes[at] {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => 2,
            b'\n' | b'\r' | 0x0b | 0x0c | 0x1c..=0x1e => 1,
            0xc2 if bytes.get(at + 1) == Some(&0x85) => 2,
            0xe2 if bytes[at..].starts_with("\u{2028}".as_bytes())
                || bytes[at..].starts_with("\u{2029}".as_bytes()) =>
            {
                3
            }
            _ => {
                from = at + 1;
                continue;
            }
        };
        return Some((at, length));
    }
}

/// Vertical tabs and form feeds are spaces.
pub(crate) fn normalize(text: &str) -> Cow<'_, str> {
    match memchr::memchr2(0x0b, 0x0c, text.as_bytes()) {
        Some(_) => Cow::Owned(text.replace(['\u{b}', '\u{c}'], " ")),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_lines() {
        let check = |text: &str, want: &[&str]| assert_eq!(lines(text).collect::<Vec<_>>(), want);
        check("", &[]);
        check("a\r\nb\rc\n\nd\n", &["a", "b", "c", "", "d"]);
        check("ä\u{85}ö\u{2028}–\u{1c}x", &["ä", "ö", "–", "x"]);
    }

    #[test]
    fn shorten_at_words() {
        assert_eq!(shorten("short"), "short");
        assert_eq!(shorten(&"word ".repeat(20)).chars().count(), 73);
        assert_eq!(shorten(&"ä".repeat(80)), format!("{} ...", "ä".repeat(71)));
    }

    #[test]
    fn unquote_once() {
        let check = |text: &str, want: &str| assert_eq!(unquote(text), want);
        check("\"a\"", "a");
        check("''a''", "'a'");
        check("'a\"", "'a\"");
        check("\"", "");
        check("", "");
    }
}
