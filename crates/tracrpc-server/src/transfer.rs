//! How the body of a request travels.

use axum::http::header::{CONNECTION, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

/// Whether the body travels in chunks, as far as anything is said of it.
pub(crate) fn is_in_chunks(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING)
}

/// Whether it travels in no other way than in chunks. What is compressed for the journey
/// would have to be unpacked (RFC 9112, section 6.1).
pub(crate) fn is_known(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(TRANSFER_ENCODING).iter();
    let mut codings = codings.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let is_chunked = |coding: &[u8]| coding.trim_ascii().eq_ignore_ascii_case(b"chunked");
    codings.next().is_none_or(is_chunked) && codings.next().is_none()
}

/// The connection is closed after the answer.
///
/// After a request that has both a length and chunks that has to be so (RFC 9112, section 6.1):
/// somebody before us may have taken a part of its body for another request. HTTP's library
/// hides the length, so any request in chunks may be one.
pub(crate) fn close(response: &mut Response) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known() {
        let check = |values: &[&'static str], expected: bool| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(TRANSFER_ENCODING, HeaderValue::from_static(value));
            }
            assert_eq!(is_known(&headers), expected, "{values:?}");
        };
        check(&[], true);
        check(&["chunked"], true);
        check(&[" Chunked "], true);
        check(&["gzip, chunked"], false);
        check(&["chunked, chunked"], false);
        check(&["gzip", "chunked"], false);
        check(&["identity"], false);
        check(&[""], false);
    }
}
