//! Who asks: ways to log in.
//!
//! A way is an [`Authenticator`]; those of an environment are its [`Chain`], made
//! when it is first asked for. A way of this program's own is one file here and
//! one line in [`methods`].

mod attempts;
mod basic;
mod bearer;
mod certificate;
mod chain;
pub(crate) mod claim;
pub(crate) mod cookies;
mod digest;
mod followed_file;
pub(crate) mod login_form;
mod password_file;
mod remote_user;
mod request;
mod site;
mod stores;
mod verified;
mod web_session;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tracrpc_env::Identity;

pub(crate) use self::chain::{Chain, Gate};
pub(crate) use self::followed_file::Stamp;
pub use self::request::AuthRequest;
pub(crate) use self::request::SECRETS;
pub(crate) use self::site::Sites;
use crate::config::ServerConfig;

/// A rule that lets people log in to an environment, as in
/// `--auth ENV,FILE,REALM` and `--basic-auth ENV,FILE,REALM`.
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

/// A way to log in to an environment.
pub trait Authenticator: Send + Sync {
    /// The values of the headers `WWW-Authenticate` that ask for credentials, the
    /// strongest first.
    fn challenges(&self, request: &AuthRequest) -> Vec<String>;

    /// Whether the request has anything that could be credentials for this way.
    fn has_credentials(&self, request: &AuthRequest) -> bool;

    /// The verdict on the credentials, if it can be found quickly. This may read
    /// files.
    fn recall(&self, request: &AuthRequest) -> Option<Verdict>;

    /// Judges the credentials, however long that takes.
    fn judge(&self, request: &AuthRequest) -> Verdict;

    /// Whether these very credentials were judged before, and would be again as they were, so
    /// that what is recalled of a stranger is all that there is to be found out.
    fn has_judged(&self, _request: &AuthRequest) -> bool {
        false
    }

    /// Reads its files again, whether they seem to have changed or not.
    fn reread(&self) {}
}

/// What credentials are worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They are those of this user.
    User(Identity),
    /// They are those of somebody who is known here, and wrong.
    Refused,
    /// They name nobody who is known here.
    Stranger,
    /// Who could tell does not answer. Nobody is let in.
    Unknown,
    /// There were too many wrong ones. They are not looked at before that time has passed.
    Wait(Duration),
    /// They are meant for another way to log in.
    Foreign,
    /// There are none.
    Absent,
}

/// A kind of [`Authenticator`], by the name that [`AuthRule`]s use.
#[derive(Clone)]
pub struct AuthMethod {
    name: String,
    open: Arc<Open>,
}

/// Makes an authenticator of a file and a realm.
type Open = dyn Fn(&Path, &str) -> io::Result<Arc<dyn Authenticator>> + Send + Sync;

impl AuthMethod {
    /// A method of that name. `open` makes the authenticator of a rule from its
    /// file and its realm.
    pub fn new(
        name: impl Into<String>,
        open: impl Fn(&Path, &str) -> io::Result<Arc<dyn Authenticator>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            open: Arc::new(open),
        }
    }
}

impl fmt::Debug for AuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthMethod")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The methods of this program's own, the strongest first.
pub(crate) fn methods() -> Vec<AuthMethod> {
    vec![
        AuthMethod::new("digest", digest::open),
        AuthMethod::new("basic", basic::open),
    ]
}

/// The ways to log in that environments have by themselves, in the order in which they are
/// asked: after those of [`methods`].
///
/// # Errors
///
/// If the system has no random numbers to give.
fn of_environments() -> io::Result<Vec<Box<dyn site::Method>>> {
    Ok(vec![
        Box::new(bearer::Method),
        Box::new(stores::Method::new()?),
        Box::new(web_session::Method),
    ])
}

/// The ways to log in of which the configuration of the server speaks, which go before all
/// others.
fn of_server(config: &ServerConfig) -> Vec<Arc<dyn Authenticator>> {
    let header = config.remote_user_header.clone();
    let remote_user = header.map(|header| Arc::new(remote_user::RemoteUser(header)) as _);
    remote_user.into_iter().collect()
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
