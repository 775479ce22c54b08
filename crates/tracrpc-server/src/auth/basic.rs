//! Basic authentication (RFC 7617) against a file that `htpasswd` writes.

use std::io;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use tracrpc_env::Identity;

use super::password_file::PasswordFile;
use super::{AuthRequest, Authenticator, Verdict, quoted};

/// A password is of fewer bytes than that.
const LONGEST: usize = 1025;

/// Basic authentication against `file`.
///
/// # Errors
///
/// If the file cannot be read.
pub(super) fn open(file: &Path, realm: &str) -> io::Result<Arc<dyn Authenticator>> {
    Ok(Arc::new(Basic {
        file: PasswordFile::open(file)?,
        realm: realm.to_owned(),
    }))
}

struct Basic {
    file: PasswordFile,
    realm: String,
}

impl Authenticator for Basic {
    fn challenges(&self, _: &AuthRequest) -> Vec<String> {
        vec![format!("Basic realm={}", quoted(&self.realm))]
    }

    fn has_credentials(&self, request: &AuthRequest) -> bool {
        request.authorization().is_some()
    }

    fn recall(&self, request: &AuthRequest) -> Option<Verdict> {
        match Credentials::of(request) {
            Ok(given) if self.file.remembers(&given.user, &given.password) => {
                Some(Verdict::User(given.identity()))
            }
            Ok(given) if self.file.may_have(&given.user) => {
                let is_wrong = self.file.remembers_as_wrong(&given.user, &given.password);
                is_wrong.then_some(Verdict::Refused)
            }
            Ok(_) => Some(Verdict::Stranger),
            Err(verdict) => Some(verdict),
        }
    }

    fn judge(&self, request: &AuthRequest) -> Verdict {
        match Credentials::of(request) {
            Ok(given) if self.file.knows(&given.user, &given.password) => {
                Verdict::User(given.identity())
            }
            Ok(given) if self.file.may_have(&given.user) => Verdict::Refused,
            Ok(_) => Verdict::Stranger,
            Err(verdict) => verdict,
        }
    }

    fn has_judged(&self, request: &AuthRequest) -> bool {
        match Credentials::of(request) {
            Ok(given) => self.file.remembers_as_wrong(&given.user, &given.password),
            Err(_) => true,
        }
    }

    fn reread(&self) {
        self.file.reread();
    }
}

/// A name and a password.
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: Vec<u8>,
}

impl Credentials {
    /// Those of a request, or what is to be said about their being none. An empty name with
    /// an empty password is none: PHP's clients send that where they were given nothing.
    pub(super) fn of(request: &AuthRequest) -> Result<Self, Verdict> {
        let authorization = request.authorization().ok_or(Verdict::Absent)?;
        let encoded = of_scheme(authorization.as_bytes(), "basic").ok_or(Verdict::Foreign)?;
        let (user, password) = decode(encoded).ok_or(Verdict::Stranger)?;
        match (user.is_empty(), password.len()) {
            (true, 0) => Err(Verdict::Absent),
            // To hash it would take long, and longer with each byte.
            (_, LONGEST..) => Err(Verdict::Refused),
            _ => Ok(Self { user, password }),
        }
    }

    /// Who it is, once the password is found to be right.
    fn identity(self) -> Identity {
        Identity::new(self.user, "basic")
    }

    /// The password as text, read as names are.
    pub(super) fn password_text(&self) -> String {
        let text = String::from_utf8(self.password.clone());
        text.unwrap_or_else(|error| latin1(error.as_bytes()))
    }
}

/// What follows the name of the scheme, which is compared without regard to case.
fn of_scheme<'a>(authorization: &'a [u8], scheme: &str) -> Option<&'a [u8]> {
    let (name, rest) = authorization.split_at_checked(scheme.len())?;
    (name.eq_ignore_ascii_case(scheme.as_bytes()) && rest.first() == Some(&b' ')).then_some(rest)
}

/// The name and the password. Names that are not UTF-8 are read as Latin-1,
/// which old clients send.
fn decode(encoded: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut user = STANDARD.decode(encoded.trim_ascii()).ok()?;
    let colon = user.iter().position(|byte| *byte == b':')?;
    let password = user.split_off(colon + 1);
    user.pop();
    let user = String::from_utf8(user).unwrap_or_else(|error| latin1(error.as_bytes()));
    Some((user, password))
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read() {
        let check = |encoded: &[u8], expected: Option<(&str, &[u8])>| {
            let expected = expected.map(|(user, password)| (user.to_owned(), password.to_vec()));
            assert_eq!(
                decode(encoded),
                expected,
                "{}",
                String::from_utf8_lossy(encoded)
            );
        };
        check(b"dXNlcjp1c2Vy", Some(("user", b"user")));
        check(b"  dXNlcjp1c2Vy ", Some(("user", b"user")));
        check(b"dXNlcjo=", Some(("user", b"")));
        check(b"YTpiOmM=", Some(("a", b"b:c")));
        check(b"auk6cA==", Some(("jé", b"p")));
        check(b"dXNlcg==", None);
        check(b"####", None);
        check(b"", None);
    }

    #[test]
    fn the_scheme_is_compared_without_regard_to_case() {
        assert_eq!(of_scheme(b"BASIC x", "basic"), Some(&b" x"[..]));
        assert_eq!(of_scheme(b"Basically x", "basic"), None);
        assert_eq!(of_scheme(b"Bearer x", "basic"), None);
        assert_eq!(of_scheme(b"", "basic"), None);
    }
}
