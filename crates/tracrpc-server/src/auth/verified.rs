//! Credentials that were found to be right, so that a slow hash is computed once.

use std::collections::HashSet;
use std::io;
use std::sync::{PoisonError, RwLock};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How many are remembered. A file with more users who call at the same time
/// is slower, never wrong.
const CAPACITY: usize = 4096;

/// Credentials that were found to be right.
///
/// Neither names nor passwords are kept, but their codes under a random key
/// that never leaves the process.
pub(super) struct Verified {
    key: Key,
    codes: RwLock<HashSet<[u8; 32]>>,
}

impl Verified {
    /// An empty set with a key of its own.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            key: Key::new()?,
            codes: RwLock::default(),
        })
    }

    pub(super) fn contains(&self, user: &str, password: &[u8]) -> bool {
        let code = self.key.code(user, password);
        self.codes
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&code)
    }

    pub(super) fn insert(&self, user: &str, password: &[u8]) {
        let code = self.key.code(user, password);
        let mut codes = self.codes.write().unwrap_or_else(PoisonError::into_inner);
        if codes.len() >= CAPACITY {
            codes.clear();
        }
        codes.insert(code);
    }
}

/// Makes codes of credentials.
#[derive(Clone)]
pub(super) struct Key([u8; 64]);

impl Key {
    /// A random one.
    pub(super) fn new() -> io::Result<Self> {
        let mut key = [0; 64];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        Ok(Self(key))
    }

    /// The code of a name and a password.
    pub(super) fn code(&self, user: &str, password: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new(&self.0.into());
        mac.update(&(user.len() as u64).to_be_bytes());
        mac.update(user.as_bytes());
        mac.update(password);
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_inserted_is_contained() {
        let verified = Verified::new().unwrap();
        verified.insert("joe", b"secret");
        assert!(verified.contains("joe", b"secret"));
        assert!(!verified.contains("joe", b"secre"));
        assert!(!verified.contains("joes", b"ecret"));
        assert!(!Verified::new().unwrap().contains("joe", b"secret"));
    }

    #[test]
    fn the_set_is_bounded() {
        let verified = Verified::new().unwrap();
        for index in 0..=CAPACITY {
            verified.insert(&index.to_string(), b"");
        }
        assert!(verified.codes.read().unwrap().len() <= CAPACITY);
        assert!(verified.contains(&CAPACITY.to_string(), b""));
    }
}
