//! Halves of surrogate pairs, which texts of Python and JavaScript can hold.

use std::borrow::Cow;

use memchr::memmem;

/// What stands for a half, in JSON.
const REPLACEMENT: &str = "\\ufffd";

/// `text`, a line of JSON, with U+FFFD for each escaped half of a surrogate pair.
pub(crate) fn replaced(text: &str) -> Cow<'_, str> {
    let is_suspect = |prefix: &str| memmem::find(text.as_bytes(), prefix.as_bytes()).is_some();
    if !is_suspect("\\ud") && !is_suspect("\\uD") {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(place);
        whole.push_str(before);
        let (written, length) = escaped(escape);
        whole.push_str(written);
        rest = escape.get(length..).unwrap_or_default();
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}

/// What to write for the escape at the beginning of `text`, and how long that is there.
fn escaped(text: &str) -> (&str, usize) {
    match unit(text) {
        Some(0xd800..=0xdbff) => {
            let second = text.get(6..).and_then(unit);
            match second {
                Some(0xdc00..=0xdfff) => (text.get(..12).unwrap_or(text), 12),
                _ => (REPLACEMENT, 6),
            }
        }
        Some(0xdc00..=0xdfff) => (REPLACEMENT, 6),
        // A backslash and what it escapes: a character of ASCII, or no JSON.
        _ => {
            let length = text.char_indices().nth(2).map_or(text.len(), |(at, _)| at);
            (text.get(..length).unwrap_or(text), length)
        }
    }
}

/// The unit of UTF-16 that is escaped at the beginning of `text`.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_replaced_and_pairs_are_kept() {
        for (text, expected) in [
            (r#""\u00e9""#, r#""\u00e9""#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\uDE00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\ud8"#, r#""\ud8"#),
            ("\"\\ud83d\\", "\"\\ufffd\\"),
            ("\\é\\ud800", "\\é\\ufffd"),
        ] {
            assert_eq!(replaced(text), expected, "{text}");
        }
    }
}
