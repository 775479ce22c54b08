//! Base64.

use base64::alphabet;
use base64::display::Base64Display;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};

use crate::Out;

/// Whether the text ends in `=` does not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Bytes of one line in XML-RPC, 76 characters of base64.
const LINE: usize = 57;

/// Reads base64, in which white space does not count.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        return LENIENT.decode(text).ok();
    }
    let dense: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    LENIENT.decode(dense).ok()
}

/// Base64 on one line.
pub(crate) fn line(bytes: &[u8]) -> Base64Display<'_, '_, GeneralPurpose> {
    Base64Display::new(bytes, &LENIENT)
}

/// Writes base64 in lines of 76 characters, as Python does.
pub(crate) fn write_lines(bytes: &[u8], out: &mut Out<'_>) {
    out.reserve(bytes.len() / 3 * 4 + bytes.len() / LINE + 8);
    let mut line = [b'\n'; LINE / 3 * 4 + 1];
    for chunk in bytes.chunks(LINE) {
        // A line holds what a chunk makes.
        let length = LENIENT.encode_slice(chunk, &mut line).unwrap_or_default();
        line[length] = b'\n';
        out.push(&line[..=length]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read() {
        for (text, expected) in [
            ("", Some(&b""[..])),
            ("AAECAwT/", Some(&[0, 1, 2, 3, 4, 255])),
            (" AAEC\r\nAwT/\n\t", Some(&[0, 1, 2, 3, 4, 255])),
            ("/wA=", Some(&[255, 0])),
            ("/wA", Some(&[255, 0])),
            ("A", None),
            ("A-_=", None),
            ("*", None),
        ] {
            assert_eq!(decode(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_have_76_characters() {
        for (length, lines) in [(0, 0), (1, 1), (57, 1), (58, 2), (150, 3)] {
            let mut out = Out::new();
            write_lines(&vec![7; length], &mut out);
            let text = String::from_utf8(out.into_bytes()).unwrap();
            assert_eq!(text.lines().count(), lines);
            assert!(text.lines().all(|line| line.len() <= 76));
            assert_eq!(decode(&text), Some(vec![7; length]));
        }
    }
}
