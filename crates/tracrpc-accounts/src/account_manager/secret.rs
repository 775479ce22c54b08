//! What a password is held against.

use std::sync::LazyLock;

use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

use crate::hash;

/// What a store has of a user.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Secret {
    /// A hash as `htpasswd` and crypt(3) write it.
    Hash(String),
    /// The MD5 of name, realm and password, in hexadecimal digits.
    Digest {
        /// The realm.
        realm: String,
        /// The digits.
        hash: String,
    },
    /// The password itself, as Subversion's server keeps it.
    Plain(String),
}

impl Secret {
    /// Whether the password is that of the user.
    pub(super) fn is_of(&self, user: &str, password: &str) -> bool {
        match self {
            Self::Hash(known) => hash::verify(password.as_bytes(), known),
            Self::Digest { realm, hash } => {
                let found = Md5::digest(format!("{user}:{realm}:{password}"));
                let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
                same(&found, hash)
            }
            Self::Plain(known) => same(password, known),
        }
    }
}

/// Takes about as long as it takes to hold a password against a hash, for a name that nobody
/// has: so nobody learns which names there are.
pub(super) fn take_the_time_of_one(password: &str) {
    static DECOY: LazyLock<String> = LazyLock::new(|| {
        // The hash that AccountManager writes today, of nothing that anybody would send.
        "$5$rounds=5000$tracrpc$QIEnrL0yDlzEQ8MMiyzwDXeQI7gGm6CpBhsEzFcRkJ8".to_owned()
    });
    // It is nobody's, whatever comes of it.
    let _ = hash::verify(password.as_bytes(), &DECOY);
}

fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}
