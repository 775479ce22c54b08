//! Texts in the charset that the head of a request names.

use std::borrow::Cow;

use encoding_rs::Encoding;

/// `bytes` in the encoding that has this name; nothing if there is none, or
/// they are not of it.
pub(crate) fn decode<'a>(charset: &str, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    let encoding = Encoding::for_label(charset.as_bytes())?;
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}
