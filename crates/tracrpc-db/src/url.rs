//! Connection strings of `[trac] database`, read as Trac reads them.

use std::fmt;
use std::path::Path;

use crate::driver::Connector;
use crate::{Error, ErrorKind, postgres, sqlite};

/// The parts of a connection string such as `sqlite:db/trac.db` or
/// `postgres://user:password@host:port/database?schema=name`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DatabaseUrl {
    /// What stands before the first `:`.
    pub scheme: String,
    /// The user, percent-decoded.
    pub user: Option<String>,
    /// The password, percent-decoded.
    pub password: Option<String>,
    /// The host name.
    pub host: Option<String>,
    /// The port.
    pub port: Option<u16>,
    /// The path: absolute with a leading `/`, or for SQLite as it stands.
    pub path: String,
    /// The parameters after `?` in order, their values percent-decoded.
    pub params: Vec<(String, String)>,
}

/// Makes a connector for a URL and the directory of its environment.
type MakeConnector = fn(&DatabaseUrl, &Path) -> Result<Box<dyn Connector>, Error>;

/// The databases that there are, by the scheme of their URLs.
const SCHEMES: &[(&str, MakeConnector)] = &[
    ("sqlite", sqlite::connector),
    ("postgres", postgres::connector),
];

impl DatabaseUrl {
    /// Splits a connection string by the rules of Trac 1.6.
    ///
    /// # Errors
    /// [`ErrorKind::Url`], with a text that does not repeat the password.
    pub fn parse(text: &str) -> Result<DatabaseUrl, Error> {
        if text.is_empty() {
            let message = "Database connection string is empty. Set the database configuration \
                           option in the [trac] section of trac.ini.";
            return Err(Error::new(ErrorKind::Url, message));
        }
        let (scheme, rest) = text.split_once(':').ok_or_else(invalid)?;
        let mut url = DatabaseUrl {
            scheme: scheme.to_owned(),
            ..DatabaseUrl::default()
        };
        let path = match url.split_authority(rest)? {
            Some(path) => path,
            None if scheme == "sqlite" && !rest.is_empty() => rest.to_owned(),
            None => return Err(invalid()),
        };
        url.split_parameters(&path)?;
        Ok(url)
    }

    /// The last value of the parameter `name`.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn connector(&self, env_dir: &Path) -> Result<Box<dyn Connector>, Error> {
        match SCHEMES.iter().find(|(scheme, _)| *scheme == self.scheme) {
            Some((_, make)) => make(self, env_dir),
            None => {
                let known: Vec<_> = SCHEMES.iter().map(|(scheme, _)| *scheme).collect();
                let message = format!(
                    "Unsupported database type \"{}\"; there are {}",
                    self.scheme,
                    known.join(", ")
                );
                Err(Error::new(ErrorKind::Url, message))
            }
        }
    }

    /// Reads what stands between `//` and the next `/`, and returns the rest
    /// with a leading `/`; `None` if there is no `/` to begin with.
    fn split_authority(&mut self, rest: &str) -> Result<Option<String>, Error> {
        let Some(after_slash) = rest.strip_prefix('/') else {
            return Ok(None);
        };
        if let Some(path) = rest.strip_prefix("///") {
            return Ok(Some(format!("/{path}")));
        }
        let Some(rest) = rest.strip_prefix("//") else {
            return Ok(Some(format!("/{after_slash}")));
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = match authority.split_once('@') {
            Some((credentials, host)) => {
                self.set_credentials(credentials);
                host
            }
            None => authority,
        };
        let (host, port) = match host.split_once(':') {
            Some((host, port)) => (host, Some(port.parse().map_err(|_| invalid())?)),
            None => (host, None),
        };
        self.host = Some(host.to_owned()).filter(|host| !host.is_empty());
        self.port = port;
        Ok(Some(format!("/{path}")))
    }

    fn set_credentials(&mut self, credentials: &str) {
        let (user, password) = match credentials.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (credentials, None),
        };
        self.user = Some(decode(user)).filter(|user| !user.is_empty());
        self.password = password.map(decode).filter(|password| !password.is_empty());
    }

    fn split_parameters(&mut self, path: &str) -> Result<(), Error> {
        let Some((path, query)) = path.split_once('?') else {
            self.path = path.to_owned();
            return Ok(());
        };
        self.path = path.to_owned();
        for param in query.split('&') {
            let (name, value) = param.split_once('=').ok_or_else(invalid)?;
            self.params.push((name.to_owned(), decode(value)));
        }
        Ok(())
    }
}

/// Leaves the password out, for logs.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host.as_deref().unwrap_or_default();
        write!(f, "{}://{host}{}", self.scheme, self.path)
    }
}

fn invalid() -> Error {
    let message = "Invalid format for the database connection string of the [trac] section; \
                   expected for example `sqlite:db/trac.db` or \
                   `postgres://user:password@host:port/database?schema=name`";
    Error::new(ErrorKind::Url, message)
}

/// Percent-decoding as by Python's `urllib.parse.unquote`: what is not a
/// valid escape stays, what is not UTF-8 becomes U+FFFD.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        let escape = (byte == b'%')
            .then(|| text.get(position + 1..position + 3))
            .flatten()
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escape.unwrap_or(byte));
        position += if escape.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: DatabaseUrl) {
        let url = DatabaseUrl::parse(text).unwrap();
        assert!(url == expected, "{text}: {:?} {:?}", url.user, url.params);
    }

    #[test]
    fn parts_are_those_that_trac_finds() {
        let sqlite = |path: &str| DatabaseUrl {
            scheme: "sqlite".into(),
            path: path.into(),
            ..DatabaseUrl::default()
        };
        check("sqlite:db/trac.db", sqlite("db/trac.db"));
        check("sqlite::memory:", sqlite(":memory:"));
        check("sqlite:/var/trac.db", sqlite("/var/trac.db"));
        check(
            "sqlite:db/trac.db?synchronous=off&timeout=5",
            DatabaseUrl {
                params: vec![
                    ("synchronous".into(), "off".into()),
                    ("timeout".into(), "5".into()),
                ],
                ..sqlite("db/trac.db")
            },
        );
        check(
            "postgres://trac%40x:p%2Fw:d@localhost:5433/trac?schema=my%20env",
            DatabaseUrl {
                scheme: "postgres".into(),
                user: Some("trac@x".into()),
                password: Some("p/w:d".into()),
                host: Some("localhost".into()),
                port: Some(5433),
                path: "/trac".into(),
                params: vec![("schema".into(), "my env".into())],
            },
        );
        check(
            "postgres:///trac?host=/var/run/postgresql",
            DatabaseUrl {
                scheme: "postgres".into(),
                path: "/trac".into(),
                params: vec![("host".into(), "/var/run/postgresql".into())],
                ..DatabaseUrl::default()
            },
        );
    }

    #[test]
    fn nonsense_is_refused_without_repeating_a_password() {
        for text in [
            "",
            "x",
            "postgres:db",
            "sqlite:",
            "postgres://u:secret@h:port/x",
            "a:/b?c",
        ] {
            let error = DatabaseUrl::parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Url, "{text}");
            assert!(!error.to_string().contains("secret"));
        }
        let error = DatabaseUrl::parse("oracle://x/y")
            .unwrap()
            .connector("/".as_ref())
            .err();
        let text = error.unwrap().to_string();
        assert_eq!(
            text,
            "Unsupported database type \"oracle\"; there are sqlite, postgres"
        );
    }
}
