//! A line of the file of tokens.

use serde::{Deserialize, Serialize};
use tracrpc_env::Scopes;
use tracrpc_env::time::Timestamp;

use crate::secret::Hash;

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is called by who revokes it: ten digits of base 62.
    pub id: String,
    /// Who gets in with it.
    pub user: String,
    /// What its user calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends; none for never.
    pub expires: Option<Timestamp>,
    /// When it was last used, but for the last minute; none if it never was.
    pub used: Option<Timestamp>,
}

impl Token {
    /// Whether it has ended by then.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }
}

/// A token with what is kept of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The token; the file does not know when it was used.
    pub token: Token,
    pub(crate) hash: Hash,
}

/// A line, an object of JSON. A member that is not known could say that the token is good for
/// less, so that a line with one is no token.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    user: String,
    name: String,
    scopes: String,
    created: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    expires: Option<String>,
    sha256: String,
}

impl Record {
    /// The token of a line; none if it is none that is understood.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let line: Line = serde_json::from_str(line).ok()?;
        let expires = match line.expires {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        };
        let token = Token {
            id: line.id,
            user: line.user,
            name: line.name,
            scopes: line.scopes.parse().ok()?,
            created: line.created.parse().ok()?,
            expires,
            used: None,
        };
        let hash = from_hex(&line.sha256)?;
        Some(Self { token, hash })
    }

    /// The line, without an end.
    #[must_use]
    pub fn line(&self) -> String {
        let token = &self.token;
        let line = Line {
            id: token.id.clone(),
            user: token.user.clone(),
            name: token.name.clone(),
            scopes: token.scopes.to_string(),
            created: token.created.to_string(),
            expires: token.expires.map(|end| end.to_string()),
            sha256: to_hex(&self.hash),
        };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// The tokens of a file's text, and how many lines are none.
#[must_use]
pub fn records(text: &str) -> (Vec<Record>, usize) {
    let lines = || text.lines().filter(|line| is_meant(line));
    let found: Vec<_> = lines().filter_map(Record::parse).collect();
    let others = lines().count() - found.len();
    (found, others)
}

/// Whether a line is more than a comment.
pub(crate) fn is_meant(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 2 * hash.len() {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).ok()?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(more: &str, hash: &str) -> String {
        format!(
            r#"{{"id":"a1","user":"joe","name":"ci","scopes":"read","created":"2026-01-02T03:04:05Z"{more},"sha256":"{hash}"}}"#
        )
    }

    #[test]
    fn lines_are_tokens() {
        let hash = "0f".repeat(32);
        let check = |line: &str, expected: bool| {
            assert_eq!(Record::parse(line).is_some(), expected, "{line}");
        };
        check(&line("", &hash), true);
        check(&line(r#","expires":"2027-01-01T00:00:00Z""#, &hash), true);
        check(&line(r#","expires":"soon""#, &hash), false);
        check(&line(r#","expires":12"#, &hash), false);
        check(&line(r#","only_from":"10.0.0.0/8""#, &hash), false);
        check(&line("", "0f"), false);
        check(&line("", &"xy".repeat(32)), false);
        check(&line("", &hash).replace("read", "all"), false);
        check("{}", false);
        check("joe:trpc_x", false);
    }

    #[test]
    fn no_beginning_of_a_line_is_a_token() {
        let line = line(r#","expires":"2027-01-01T00:00:00Z""#, &"0f".repeat(32));
        for end in 0..line.len() {
            assert_eq!(Record::parse(&line[..end]), None);
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let hash = "0123456789abcdef".repeat(4);
        let record = Record::parse(&line(r#","expires":"2027-01-01T00:00:00.5Z""#, &hash)).unwrap();
        assert_eq!(Record::parse(&record.line()), Some(record.clone()));
        let text = format!("# by hand\n\n{}\nwhatever\n", record.line());
        assert_eq!(records(&text), (vec![record], 1));
    }
}
