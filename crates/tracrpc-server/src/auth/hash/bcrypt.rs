//! `$2a$`, `$2b$`, `$2y$`: bcrypt, as `htpasswd -B` writes it.

use super::Kind;

pub(super) const KIND: Kind = Kind {
    recognises: |hash| {
        ["$2a$", "$2b$", "$2y$", "$2x$"]
            .iter()
            .any(|prefix| hash.starts_with(prefix))
    },
    verify: |password, hash| bcrypt::verify(password, hash).unwrap_or(false),
};
