//! `{SHA}`: SHA-1 in base64, as `htpasswd -s` writes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

use super::{Kind, same};

pub(super) const KIND: Kind = Kind {
    recognises: |hash| hash.starts_with("{SHA}"),
    verify,
    cost: |_| 1,
};

fn verify(password: &[u8], hash: &str) -> bool {
    let expected = hash
        .strip_prefix("{SHA}")
        .and_then(|text| STANDARD.decode(text).ok());
    expected.is_some_and(|expected| same(&Sha1::digest(password), &expected))
}
