//! The traditional crypt(3) of two characters of salt and eleven of hash, as
//! `htpasswd -d` writes it. Only the first eight characters of a password count.

use super::{Kind, same};

pub(super) const KIND: Kind = Kind {
    recognises,
    verify,
    cost: |_| 10,
};

fn recognises(hash: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'/';
    hash.len() == 13 && hash.bytes().all(allowed)
}

#[allow(
    deprecated,
    reason = "passwords are only held against it, never hashed with it"
)]
fn verify(password: &[u8], hash: &str) -> bool {
    crypt3_rs::crypt::unix::hash_with(hash, password)
        .is_ok_and(|own| same(own.to_string().as_bytes(), hash.as_bytes()))
}
