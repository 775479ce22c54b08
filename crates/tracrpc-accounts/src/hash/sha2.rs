//! `$5$` and `$6$`: SHA-256 and SHA-512 crypt, as `htpasswd -2`, `-5` and
//! crypt(3) write them.

use sha_crypt::{PasswordHashRef, PasswordVerifier as _, ShaCrypt};

use super::Kind;

pub(super) const KIND: Kind = Kind {
    recognises: |hash| hash.starts_with("$5$") || hash.starts_with("$6$"),
    verify,
    cost: |hash| rounds(hash).unwrap_or(5000),
};

/// How many rounds a hash says that it takes, each of about a microsecond.
fn rounds(hash: &str) -> Option<u64> {
    let (_, rest) = hash.split_once("$rounds=")?;
    rest.split('$').next()?.parse().ok()
}

fn verify(password: &[u8], hash: &str) -> bool {
    PasswordHashRef::new(hash)
        .is_ok_and(|hash| ShaCrypt::default().verify_password(password, hash).is_ok())
}
