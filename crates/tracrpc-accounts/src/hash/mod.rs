//! The kinds of password hashes that Apache, Trac and crypt(3) write.
//!
//! A kind is one file here and one line in [`KINDS`]. Plain text is no kind:
//! a password that is not hashed is not accepted.

mod bcrypt;
mod des;
mod md5;
mod sha1;
mod sha2;

/// A kind of hash: how it is recognised, and how a password is held against it.
struct Kind {
    recognises: fn(&str) -> bool,
    verify: fn(&[u8], &str) -> bool,
    /// About how long that takes, in microseconds.
    cost: fn(&str) -> u64,
}

/// The kinds, in the order in which they are tried.
const KINDS: &[Kind] = &[
    sha1::KIND,
    md5::APACHE,
    md5::CRYPT,
    bcrypt::KIND,
    sha2::KIND,
    des::KIND,
];

/// Whether passwords can be held against `hash`.
#[must_use]
pub fn is_known(hash: &str) -> bool {
    kind_of(hash).is_some()
}

/// Whether `hash` is that of `password`. How long it takes depends on the
/// kind, not on where the two differ.
#[must_use]
pub fn verify(password: &[u8], hash: &str) -> bool {
    kind_of(hash).is_some_and(|kind| (kind.verify)(password, hash))
}

/// About how long it takes to hold a password against `hash`, in microseconds; 0 if none can be.
#[must_use]
pub fn cost(hash: &str) -> u64 {
    kind_of(hash).map_or(0, |kind| (kind.cost)(hash))
}

fn kind_of(hash: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| (kind.recognises)(hash))
}

fn same(left: &[u8], right: &[u8]) -> bool {
    use subtle::ConstantTimeEq as _;
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_programs_hashed_is_verified() {
        let table = include_str!("known_hashes.txt");
        let rows = table
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        let mut count = 0;
        for (password, hash) in rows.map(|line| line.split_once(' ').unwrap()) {
            assert!(is_known(hash), "{hash}");
            assert!(verify(password.as_bytes(), hash), "{password} {hash}");
            assert!(
                !verify(format!("x{password}").as_bytes(), hash),
                "x{password} {hash}"
            );
            assert!(!verify(b"", hash), "empty {hash}");
            count += 1;
        }
        assert!(count >= 20, "{count}");
    }

    #[test]
    fn what_takes_longer_costs_more() {
        let hashes = [
            "plain",
            "{SHA}Et6pb+wgWTVmq3VpLJlJWWgzrck=",
            "rqXexS6ZhobKA",
            "$apr1$salt$hash",
            "$5$salt$hash",
            "$6$rounds=50000$salt$hash",
            "$2y$10$hash",
            "$2y$12$hash",
        ];
        let costs = hashes.map(cost);
        assert!(costs.is_sorted() && costs[0] == 0, "{costs:?}");
        assert_eq!(cost("$2y$99$hash"), u64::MAX);
    }

    #[test]
    fn plain_text_and_broken_hashes_are_refused() {
        let check = |hash: &str| {
            assert!(!verify(hash.as_bytes(), hash), "{hash}");
            assert!(!verify(b"", hash), "{hash}");
        };
        for hash in [
            "",
            "secret",
            "{SHA}",
            "{SHA}!!!",
            "$apr1$",
            "$apr1$salt",
            "$apr1$salt$",
            "$1$",
            "$1$salt$short",
            "$2y$",
            "$2y$05$short",
            "$2y$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$5$",
            "$5$salt",
            "$6$salt$",
            "$6$rounds=x$salt$hash",
            "$6$rounds=5000$",
            "$y$j9T$a$b",
            "*",
            "!",
            "x",
            "zz!zzzzzzzzzz",
        ] {
            check(hash);
        }
    }
}
