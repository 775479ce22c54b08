//! Users by the certificates that their clients have shown.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use tracrpc_env::Identity;

use super::followed_file::FollowedFile;
use super::{AuthRequest, Authenticator, Verdict};
use crate::tls::{CertificateUser, DistinguishedName, TlsIdentity};

/// Names that Trac gives to those who are nobody in particular.
const NOT_USERS: [&str; 2] = ["anonymous", "authenticated"];

/// Logs in whom a certificate is for. One for nobody counts as none.
///
/// # Errors
///
/// The file that names users cannot be read; the error is a sentence.
pub(super) fn open(user: &CertificateUser) -> Result<Option<Arc<dyn Authenticator>>, String> {
    let names = match user {
        CertificateUser::Nobody => return Ok(None),
        CertificateUser::CommonName => Names::CommonName,
        CertificateUser::Email => Names::Email,
        CertificateUser::File(path) => {
            let file = FollowedFile::open(path, |_, bytes| users(bytes));
            Names::File(file.map_err(|error| {
                format!(
                    "cannot read the users of certificates in {}: {error}",
                    path.display()
                )
            })?)
        }
    };
    Ok(Some(Arc::new(Certificate { names })))
}

struct Certificate {
    names: Names,
}

/// Where the name of a user is found.
enum Names {
    CommonName,
    Email,
    File(FollowedFile<HashMap<DistinguishedName, String>>),
}

impl Certificate {
    fn user(&self, identity: &TlsIdentity) -> Option<String> {
        let name = match &self.names {
            Names::CommonName => identity.common_name()?.to_owned(),
            Names::Email => identity.emails.first()?.clone(),
            Names::File(file) => file.current()?.get(&identity.subject)?.clone(),
        };
        is_user(&name).then_some(name)
    }
}

fn is_user(name: &str) -> bool {
    let is_reserved = NOT_USERS
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(name));
    let is_clean = name == name.trim() && !name.chars().any(char::is_control);
    !name.is_empty() && is_clean && !is_reserved
}

impl Authenticator for Certificate {
    fn challenges(&self, _: &AuthRequest) -> Vec<String> {
        // It was asked for before there was a request.
        Vec::new()
    }

    fn has_credentials(&self, request: &AuthRequest) -> bool {
        request.tls.is_some()
    }

    fn recall(&self, request: &AuthRequest) -> Option<Verdict> {
        Some(self.judge(request))
    }

    fn judge(&self, request: &AuthRequest) -> Verdict {
        match &request.tls {
            None => Verdict::Absent,
            Some(identity) => match self.user(identity) {
                None => Verdict::Foreign,
                Some(user) => Verdict::User(Identity::new(user, "certificate")),
            },
        }
    }

    fn reread(&self) {
        if let Names::File(file) = &self.names {
            let _ = file.reread();
        }
    }
}

/// Reads a file of lines `USER: NAME`. What is not understood makes the whole file of no
/// use: it may have been what keeps somebody out.
fn users(bytes: &[u8]) -> io::Result<HashMap<DistinguishedName, String>> {
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
    let mut users = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (user, name) =
            entry(line).map_err(|reason| wrong(format!("line {}: {reason}", index + 1)))?;
        let other = users.insert(name, user.to_owned());
        if other.is_some_and(|other| other != user) {
            let line = index + 1;
            return Err(wrong(format!("line {line}: another user has that name")));
        }
    }
    Ok(users)
}

fn entry(line: &str) -> Result<(&str, DistinguishedName), String> {
    let form = "expected `USER: DISTINGUISHED NAME`";
    let (user, name) = line.split_once(':').ok_or(form)?;
    let (user, name) = (user.trim(), name.parse::<DistinguishedName>()?);
    match is_user(user) && !name.is_empty() {
        true => Ok((user, name)),
        false => Err(form.to_owned()),
    }
}

fn wrong(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
