//! From the bytes of a document to its text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::{Error, charset};

/// The text of a document in the encoding that its byte order mark or its XML
/// declaration names, else in UTF-8. What is not of that is in `charset`.
///
/// # Errors
/// If the encoding is not known or the bytes are not of it.
pub(super) fn decode<'a>(body: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, Error> {
    let own = decode_own(body);
    match (own, charset) {
        (Err(error), Some(charset)) => charset::decode(charset, body).ok_or(error),
        (own, _) => own,
    }
}

/// The text in the encoding that the document itself tells.
fn decode_own(body: &[u8]) -> Result<Cow<'_, str>, Error> {
    let (encoding, mark) = match Encoding::for_bom(body) {
        Some(found) => found,
        None => (declared(body)?, 0),
    };
    let bytes = body.get(mark..).unwrap_or_default();
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.ok_or_else(|| Error::new(format!("the body is not {}", encoding.name())))
}

/// The encoding that the declaration names. It is written in ASCII in all
/// encodings but UTF-16, which the first tag shows.
fn declared(body: &[u8]) -> Result<&'static Encoding, Error> {
    match body {
        [b'<', 0, ..] => return Ok(UTF_16LE),
        [0, b'<', ..] => return Ok(UTF_16BE),
        _ => {}
    }
    let Some(label) = label(body) else {
        return Ok(UTF_8);
    };
    Encoding::for_label(label)
        .filter(|encoding| encoding.is_ascii_compatible())
        .ok_or_else(|| Error::new(format!("unknown encoding `{}`", label.escape_ascii())))
}

/// The value of `encoding` in `<?xml version="1.0" encoding="…"?>`.
fn label(body: &[u8]) -> Option<&[u8]> {
    let declaration = body.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = declaration.iter().position(|byte| *byte == b'>')?;
    let declaration = declaration.get(..end)?;
    let name = b"encoding";
    let start = declaration
        .windows(name.len())
        .position(|window| window == name)?;
    let value = declaration.get(start + name.len()..)?.trim_ascii_start();
    let value = value.strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first()?;
    let end = value.iter().position(|byte| byte == quote)?;
    value.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &[u8], expected: &str) {
        check_in(None, body, expected);
    }

    fn check_in(charset: Option<&str>, body: &[u8], expected: &str) {
        let text = decode(body, charset).map_err(|error| error.to_string());
        assert_eq!(text.as_deref().unwrap_or_else(|error| error), expected);
    }

    #[test]
    fn the_encoding_is_the_documents() {
        check("<é/>".as_bytes(), "<é/>");
        check("\u{feff}<é/>".as_bytes(), "<é/>");
        check(
            b"<?xml encoding='ISO-8859-1'?>\xe9",
            "<?xml encoding='ISO-8859-1'?>é",
        );
        check(
            b"<?xml encoding = \"cp1252\"?>\x80",
            "<?xml encoding = \"cp1252\"?>€",
        );
        check(b"\xff\xfe<\x00\xe9\x00", "<é");
        check(b"\xfe\xff\x00<\x00\xe9", "<é");
    }

    #[test]
    fn other_bytes_are_refused() {
        check(b"\xff", "the body is not UTF-8");
        check(b"\xff\xfe<", "the body is not UTF-16LE");
        check(b"<?xml encoding='bogus'?>", "unknown encoding `bogus`");
        check(b"<?xml encoding='UTF-16'?>", "unknown encoding `UTF-16`");
    }

    #[test]
    fn the_charset_of_the_request_counts_for_what_the_document_is_not() {
        check_in(Some("latin1"), b"<\xe9/>", "<é/>");
        check_in(Some("latin1"), "<é/>".as_bytes(), "<é/>");
        check_in(Some("bogus"), b"<\xe9/>", "the body is not UTF-8");
        check_in(
            Some("windows-1252"),
            b"<?xml encoding='bogus'?>\x80",
            "<?xml encoding='bogus'?>€",
        );
        check(b"<\x00\xe9\x00", "<é");
        check(b"\x00<\x00\xe9", "<é");
    }
}
