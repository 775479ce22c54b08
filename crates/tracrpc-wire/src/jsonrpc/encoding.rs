//! From the bytes of a document to its text.

use std::borrow::Cow;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

use crate::Error;
use crate::charset;

/// The text of a document in UTF-8, UTF-16 or UTF-32, which its first bytes
/// tell, as for Python's `json.detect_encoding`. What is none of them is in
/// `charset`.
///
/// # Errors
/// If the bytes are of neither.
pub(super) fn decode<'a>(body: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, Error> {
    let form = Form::of(body);
    let bytes = body.get(form.mark()..).unwrap_or_default();
    let text = match form {
        Form::Utf8 { .. } => UTF_8.decode_without_bom_handling_and_without_replacement(bytes),
        Form::Utf16 { big, .. } => match big {
            true => UTF_16BE.decode_without_bom_handling_and_without_replacement(bytes),
            false => UTF_16LE.decode_without_bom_handling_and_without_replacement(bytes),
        },
        Form::Utf32 { big, .. } => utf32(bytes, big).map(Cow::Owned),
    };
    text.or_else(|| charset::decode(charset?, body))
        .ok_or_else(|| Error::new(format!("the body is not {}", form.name())))
}

/// A form of Unicode, with or without a mark at the start.
#[derive(Clone, Copy)]
enum Form {
    Utf8 { marked: bool },
    Utf16 { big: bool, marked: bool },
    Utf32 { big: bool, marked: bool },
}

impl Form {
    fn of(body: &[u8]) -> Form {
        match body {
            [0xff, 0xfe, 0, 0, ..] => Form::Utf32 {
                big: false,
                marked: true,
            },
            [0, 0, 0xfe, 0xff, ..] => Form::Utf32 {
                big: true,
                marked: true,
            },
            [0xff, 0xfe, ..] => Form::Utf16 {
                big: false,
                marked: true,
            },
            [0xfe, 0xff, ..] => Form::Utf16 {
                big: true,
                marked: true,
            },
            [0xef, 0xbb, 0xbf, ..] => Form::Utf8 { marked: true },
            [0, 0, _, _, ..] => Form::Utf32 {
                big: true,
                marked: false,
            },
            [0, _, _, _, ..] | [0, _] => Form::Utf16 {
                big: true,
                marked: false,
            },
            [_, 0, 0, 0, ..] => Form::Utf32 {
                big: false,
                marked: false,
            },
            [_, 0, _, _, ..] | [_, 0] => Form::Utf16 {
                big: false,
                marked: false,
            },
            _ => Form::Utf8 { marked: false },
        }
    }

    /// The length of the mark.
    fn mark(self) -> usize {
        match self {
            Form::Utf8 { marked: true } => 3,
            Form::Utf16 { marked: true, .. } => 2,
            Form::Utf32 { marked: true, .. } => 4,
            _ => 0,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Form::Utf8 { .. } => "UTF-8",
            Form::Utf16 { .. } => "UTF-16",
            Form::Utf32 { .. } => "UTF-32",
        }
    }
}

fn utf32(bytes: &[u8], big: bool) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<4>();
    let character = |unit: &[u8; 4]| {
        char::from_u32(match big {
            true => u32::from_be_bytes(*unit),
            false => u32::from_le_bytes(*unit),
        })
    };
    let text: Option<String> = units.iter().map(character).collect();
    text.filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &[u8], charset: Option<&str>, expected: &str) {
        let text = decode(body, charset).map_err(|error| error.to_string());
        assert_eq!(text.as_deref().unwrap_or_else(|error| error), expected);
    }

    #[test]
    fn the_form_is_found_by_the_first_bytes() {
        check("{\"é\"}".as_bytes(), None, "{\"é\"}");
        check(b"\xef\xbb\xbf{}", None, "{}");
        check(b"{\0}\0", None, "{}");
        check(b"\0{\0}", None, "{}");
        check(b"\xff\xfe{\0\xe9\0", None, "{é");
        check(b"\xfe\xff\0{\0\xe9", None, "{é");
        check(b"{\0\0\0\xe9\0\0\0", None, "{é");
        check(b"\0\0\0{\0\0\0\xe9", None, "{é");
        check(b"\xff\xfe\0\0{\0\0\0", None, "{");
        check(b"", None, "");
        check(b"{", None, "{");
        check(b"5\0", None, "5");
    }

    #[test]
    fn the_charset_of_the_request_counts_for_what_is_no_unicode() {
        check(b"\"\xe9\"", None, "the body is not UTF-8");
        check(b"\"\xe9\"", Some("ISO-8859-1"), "\"é\"");
        check("\"é\"".as_bytes(), Some("latin1"), "\"é\"");
        check(b"\"\xe9\"", Some("utf-8"), "the body is not UTF-8");
        check(b"\"\xe9\"", Some("bogus"), "the body is not UTF-8");
        check(b"{\0\0\0\xe9\0\0", None, "the body is not UTF-32");
        check(b"{\0\0\xd8", None, "the body is not UTF-16");
    }
}
