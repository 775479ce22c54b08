//! The value of `Authorization: Digest …` (RFC 7616, section 3.4).

use std::collections::HashMap;

use axum::http::HeaderValue;

/// The longest header that is looked at, in bytes.
const MAX_LENGTH: usize = 8_192;

/// What a client answers a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) user: String,
    pub(super) realm: String,
    pub(super) nonce: String,
    pub(super) uri: String,
    pub(super) response: String,
    /// `MD5` if the client does not say.
    pub(super) algorithm: String,
    pub(super) client_nonce: String,
    pub(super) quality: String,
    /// How often the client has used the nonce.
    pub(super) count: u32,
    /// The same as it was sent.
    pub(super) count_text: String,
}

impl Response {
    /// The answer in a header; none if it is one of another scheme. What is missing in it
    /// is empty, and then it cannot be right.
    pub(super) fn of(header: &HeaderValue) -> Option<Self> {
        let bytes = header.as_bytes();
        let (scheme, rest) = bytes.split_at_checked(7)?;
        if !scheme.eq_ignore_ascii_case(b"digest ") || bytes.len() > MAX_LENGTH {
            return None;
        }
        let mut fields = fields(&text(rest));
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        let count_text = take("nc");
        let algorithm = take("algorithm");
        Some(Self {
            user: take("username"),
            realm: take("realm"),
            nonce: take("nonce"),
            uri: take("uri"),
            response: take("response").to_ascii_lowercase(),
            algorithm: match algorithm.is_empty() {
                true => "MD5".to_owned(),
                false => algorithm,
            },
            client_nonce: take("cnonce"),
            quality: take("qop"),
            count: u32::from_str_radix(&count_text, 16).unwrap_or(0),
            count_text,
        })
    }
}

/// UTF-8, or what old clients send.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// The fields by their names in lower case. One that stands twice is not there at all.
fn fields(text: &str) -> HashMap<String, String> {
    let mut fields = HashMap::new();
    let mut doubled = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ',']).to_ascii_lowercase();
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let end = after.find(',').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if fields.insert(name.clone(), value).is_some() {
            doubled.push(name);
        }
        rest = after;
    }
    for name in doubled {
        fields.remove(&name);
    }
    fields
}

/// A quoted text behind its first quote, and what follows it.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Response> {
        Response::of(&HeaderValue::from_bytes(text.as_bytes()).unwrap())
    }

    #[test]
    fn answers_are_read() {
        let response = read(
            "DIGEST Username=\"j\\\"o,e\", realm=\"a b\",nonce=\"n=1\" , uri=\"/x?y=z\", \
             qop=auth, nc=0000000a, cnonce=\"\", response=\"AB\"",
        );
        let response = response.unwrap();
        assert_eq!(response.user, "j\"o,e");
        assert_eq!(response.realm, "a b");
        assert_eq!(response.nonce, "n=1");
        assert_eq!(response.uri, "/x?y=z");
        assert_eq!((response.count, response.quality.as_str()), (10, "auth"));
        assert_eq!(
            (response.response.as_str(), response.algorithm.as_str()),
            ("ab", "MD5")
        );
        assert_eq!(read("Basic am9lOg=="), None);
        assert_eq!(read("Digest"), None);
        for odd in [
            "Digest ",
            "Digest =",
            "Digest ,,=\"",
            "Digest username=\"a",
            "Digest nc=-1",
        ] {
            assert_eq!(read(odd).unwrap().count, 0, "{odd}");
        }
        assert_eq!(read("Digest username=a, username=b").unwrap().user, "");
        assert_eq!(
            read("Digest username=\"jos\u{e9}\"").unwrap().user,
            "jos\u{e9}"
        );
    }
}
