//! Where calls go, and with whose credentials.

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use ureq::http::Uri;

use crate::{Error, ErrorKind};

/// An address without the credentials that were written in it.
#[derive(Clone)]
pub(crate) struct Address {
    pub(crate) url: String,
    /// The value of the `Authorization` header.
    pub(crate) authorization: Option<String>,
}

impl Address {
    /// Takes `http://user:password@host/path` apart; `%xx` in the credentials is decoded.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let refused = || Error::new(ErrorKind::Address, "an address is http://… or https://…");
        let (scheme, rest) = text.split_once("://").ok_or_else(refused)?;
        if !matches!(scheme, "http" | "https") {
            return Err(refused());
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (credentials, host) = match authority.rsplit_once('@') {
            Some((credentials, host)) => (Some(credentials), host),
            None => (None, authority),
        };
        let url = format!("{scheme}://{host}{path}");
        url.parse::<Uri>().map_err(|e| refused().caused_by(e))?;
        Ok(Address {
            url,
            authorization: credentials.map(from_url),
        })
    }

    pub(crate) fn with_credentials(mut self, user: &str, password: &str) -> Self {
        self.authorization = Some(basic(user, password));
        self
    }
}

fn from_url(credentials: &str) -> String {
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy();
    basic(&decoded(user), &decoded(password))
}

/// RFC 7617, with the credentials in UTF-8.
fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_leave_the_address() {
        let cases = [
            ("http://h/rpc", "http://h/rpc", None),
            ("http://u:p@h:8/rpc", "http://h:8/rpc", Some("u:p")),
            ("https://u@h", "https://h", Some("u:")),
            ("http://a%40b:p%3Aq@h/x", "http://h/x", Some("a@b:p:q")),
            ("http://u:p@q@h/x?y=@", "http://h/x?y=@", Some("u:p@q")),
        ];
        for (text, url, credentials) in cases {
            let address = Address::parse(text).unwrap();
            let wanted = credentials.map(|c| format!("Basic {}", STANDARD.encode(c)));
            assert_eq!(
                (address.url.as_str(), address.authorization),
                (url, wanted),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "h/rpc",
            "ftp://h/x",
            "http://",
            "http:// /",
            "file:///x",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
