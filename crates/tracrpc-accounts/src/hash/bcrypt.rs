//! `$2a$`, `$2b$`, `$2y$`: bcrypt, as `htpasswd -B` writes it.

use super::Kind;

pub(super) const KIND: Kind = Kind {
    recognises: |hash| {
        ["$2a$", "$2b$", "$2y$", "$2x$"]
            .iter()
            .any(|prefix| hash.starts_with(prefix))
    },
    verify: |password, hash| bcrypt::verify(password, hash).unwrap_or(false),
    cost: |hash| {
        let power = hash.get(4..6).and_then(|digits| digits.parse().ok());
        let rounds = power.and_then(|power| 1u64.checked_shl(power));
        rounds.map_or(u64::MAX, |rounds| rounds.saturating_mul(50))
    },
};
