//! Who asks: methods of HTTP authentication.
//!
//! A method is one file here and one line in [`METHODS`].

mod basic;
mod hash;
mod password_file;
mod verified;

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A rule that lets people log in to an environment, as in
/// `--basic-auth ENV,FILE,REALM`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthRule {
    /// The name of a method, such as `basic`.
    pub method: String,
    /// The name of the environment's folder, or `*` for all.
    pub environment: String,
    /// The file with names and passwords.
    pub file: PathBuf,
    /// What the password is for, shown by browsers.
    pub realm: String,
}

impl AuthRule {
    /// Reads `ENV,FILE,REALM`. The realm may contain commas.
    ///
    /// # Errors
    ///
    /// If there are fewer than three parts; the error says so in a sentence.
    pub fn parse(method: &str, text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ',');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(environment), Some(file), Some(realm)) if !file.is_empty() => Ok(Self {
                method: method.to_owned(),
                environment: environment.to_owned(),
                file: file.into(),
                realm: realm.to_owned(),
            }),
            _ => Err(format!("`{text}` is not of the form ENV,FILE,REALM")),
        }
    }
}

/// A method of HTTP authentication with the file that it looks into.
pub(crate) trait Authenticator: Send + Sync {
    /// The value of the header `WWW-Authenticate` that asks for credentials.
    fn challenge(&self) -> String;

    /// The verdict on the value of the header `Authorization`, if it can be
    /// found quickly. This may read files.
    fn recall(&self, authorization: &[u8]) -> Option<Verdict>;

    /// Judges the value of the header `Authorization`, however long that takes.
    fn judge(&self, authorization: &[u8]) -> Verdict;

    /// Reads its file again, whether it seems to have changed or not.
    fn reread(&self);
}

/// What credentials are worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They are those of this user.
    User(String),
    /// They are wrong.
    Refused,
    /// They are meant for another method.
    Foreign,
}

/// Makes an authenticator of a file and a realm.
type Open = fn(&Path, &str) -> std::io::Result<Arc<dyn Authenticator>>;

/// The methods by name.
const METHODS: &[(&str, Open)] = &[("basic", basic::open)];

/// Who may log in where.
#[derive(Default)]
pub(crate) struct Gate {
    rules: Vec<(String, Arc<dyn Authenticator>)>,
}

impl Gate {
    /// Opens the files of all rules. Of two rules for an environment the first counts.
    pub(crate) fn open(rules: &[AuthRule]) -> Result<Self, String> {
        let mut gate = Self::default();
        for rule in rules {
            let (_, open) = METHODS
                .iter()
                .find(|(name, _)| *name == rule.method)
                .ok_or_else(|| format!("there is no authentication method `{}`", rule.method))?;
            let authenticator = open(&rule.file, &rule.realm).map_err(|error| {
                format!(
                    "cannot read the password file {}: {error}",
                    rule.file.display()
                )
            })?;
            gate.rules.push((rule.environment.clone(), authenticator));
        }
        Ok(gate)
    }

    /// Reads all files again.
    pub(crate) fn reread(&self) {
        for (_, authenticator) in &self.rules {
            authenticator.reread();
        }
    }

    /// How people log in to the environment with this name: the rule of its
    /// own, or the one for all.
    pub(crate) fn of(&self, environment: &str) -> Option<Arc<dyn Authenticator>> {
        let named = |name: &str| self.rules.iter().find(|(rule, _)| rule == name);
        named(environment)
            .or_else(|| named("*"))
            .map(|(_, authenticator)| Arc::clone(authenticator))
    }
}

/// A string as HTTP quotes it, for a realm (RFC 9110, section 5.6.4). What a
/// header cannot carry is left out.
fn quoted(text: &str) -> String {
    let visible = text.chars().filter(|character| !character.is_control());
    let escaped = visible.flat_map(|character| {
        matches!(character, '"' | '\\')
            .then_some('\\')
            .into_iter()
            .chain([character])
    });
    format!("\"{}\"", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read() {
        let rule = AuthRule::parse("basic", "*,conf/htpasswd,My, realm").unwrap();
        assert_eq!(rule.environment, "*");
        assert_eq!(rule.file, PathBuf::from("conf/htpasswd"));
        assert_eq!(rule.realm, "My, realm");
        assert!(AuthRule::parse("basic", "*,conf/htpasswd").is_err());
        assert!(AuthRule::parse("basic", "*,,realm").is_err());
    }

    #[test]
    fn realms_are_quoted() {
        let check = |realm: &str, expected: &str| assert_eq!(quoted(realm), expected);
        check("Trac", "\"Trac\"");
        check("say \"a\\b\"", "\"say \\\"a\\\\b\\\"\"");
        check("a\r\nSet-Cookie: b", "\"aSet-Cookie: b\"");
    }
}
