//! The name of a request, by which logs, traces and people speak of it.

use std::fmt::{self, Write as _};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries it, in both directions.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// How long a name may be that a proxy has given, in bytes.
const MOST: usize = 128;

/// The name of a request: letters, digits and a few signs, at most [`MOST`] of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// The name that a request has from a proxy that is trusted, if one can use it, or a new
    /// one.
    pub(crate) fn find(headers: &HeaderMap, is_from_trusted: bool) -> Self {
        let mut given = headers.get_all(HEADER).iter();
        match (given.next(), given.next()) {
            (Some(value), None) if is_from_trusted => Self::given(value),
            _ => None,
        }
        .unwrap_or_else(Self::new)
    }

    /// A name that is in nobody's way: it can neither end a line nor stand for anything else
    /// where it is quoted.
    fn given(value: &HeaderValue) -> Option<Self> {
        let text = value.to_str().ok()?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=@".contains(&byte);
        let is_sane = !text.is_empty() && text.len() <= MOST && text.bytes().all(allowed);
        is_sane.then(|| Self(text.to_owned()))
    }

    /// A name that no other request has: 96 bits at random.
    fn new() -> Self {
        let mut bytes = [0; 12];
        if let Err(error) = getrandom::fill(&mut bytes) {
            tracing::error!(%error, "there is nothing random for the name of a request");
        }
        let mut text = String::with_capacity(24);
        for byte in bytes {
            // Writing to a text does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// The same as the value of a header.
    pub(crate) fn header_value(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(&self.0).ok()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sane_names_of_trusted_proxies_are_taken() {
        let check = |values: &[&[u8]], is_trusted: bool, taken: bool| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(HEADER, HeaderValue::from_bytes(value).unwrap());
            }
            let id = RequestId::find(&headers, is_trusted);
            let given = values.first().map_or(&b""[..], |value| value);
            assert_eq!(id.as_str().as_bytes() == given, taken, "{values:?}");
            let is_new =
                id.as_str().len() == 24 && id.as_str().bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(taken || is_new, "{id}");
        };
        check(&[b"7f0c:a/b+c=.d-e_f@g"], true, true);
        check(&[b"7f0c"], false, false);
        check(&[b"a b"], true, false);
        check(&[b""], true, false);
        check(&[b"caf\xe9"], true, false);
        check(&[b"a\"b"], true, false);
        check(&[b"a", b"b"], true, false);
        check(&[&[b'a'; 128]], true, true);
        check(&[&[b'a'; 129]], true, false);
        assert_ne!(RequestId::new(), RequestId::new());
    }
}
