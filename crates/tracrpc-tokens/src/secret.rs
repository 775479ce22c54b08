//! The text of a token, which its user alone has.

use std::fmt;

use sha2::{Digest, Sha256};
use tracrpc_env::Result;

use crate::random::{self, DIGITS};

/// What all tokens begin with, so that those who look for secrets in files find them.
pub const PREFIX: &str = "trpc_";

/// How many digits are by chance: 178 bits.
const RANDOM: usize = 30;

/// How many digits are a checksum.
const CHECK: usize = 6;

/// The text of a new token: [`PREFIX`], 30 random digits of base 62, and the CRC-32 of all
/// that in 6 more, which tells a token from what only looks like one.
pub struct Secret(String);

/// What is kept of a token: the SHA-256 of its text. It is random, so that nobody finds it by
/// guessing, and needs no hash that is slow.
pub(crate) type Hash = [u8; 32];

impl Secret {
    /// A random one.
    ///
    /// # Errors
    /// The system has no random numbers to give.
    pub fn random() -> Result<Self> {
        let text = format!("{PREFIX}{}", random::digits(RANDOM)?);
        let check = checksum(&text);
        Ok(Self(text + &check))
    }

    /// The text, to be shown once.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether a text is meant to be a token.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Whether a text can be a token: its length and its checksum are right.
    #[must_use]
    pub fn is_possible(text: &str) -> bool {
        let whole = text.len() == PREFIX.len() + RANDOM + CHECK && Self::is_meant(text);
        let parts = text.split_at_checked(PREFIX.len() + RANDOM);
        whole && parts.is_some_and(|(text, check)| checksum(text) == check)
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> Hash {
        hash(&self.0)
    }
}

/// What is kept of the token that is this text.
pub(crate) fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// The CRC-32 of a text in base 62, with zeros before it.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [0; CHECK];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn tokens_are_told_from_what_looks_like_them() {
        let secret = Secret::random().unwrap();
        let text = secret.text();
        assert!(Secret::is_possible(text), "{text}");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        for position in 0..text.len() {
            let mut other = text.to_owned();
            let digit = if text[position..].starts_with('x') {
                "y"
            } else {
                "x"
            };
            other.replace_range(position..=position, digit);
            assert!(!Secret::is_possible(&other), "{other}");
        }
        for other in [
            "",
            PREFIX,
            &text[1..],
            &format!("{text}0"),
            &text[..text.len() - 1],
        ] {
            assert!(!Secret::is_possible(other), "{other}");
        }
    }

    #[test]
    fn the_checksum_is_that_of_others() {
        // As Python has it: zlib.crc32(b'trpc_' + 30 * b'0').
        assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
        let (mut rest, text) = (0_u32, "trpc_000000000000000000000000000000");
        for digit in checksum(text).bytes() {
            let value = DIGITS.iter().position(|known| *known == digit).unwrap();
            rest = rest * 62 + u32::try_from(value).unwrap();
        }
        assert_eq!(rest, crc32fast::hash(text.as_bytes()));
    }

    #[test]
    fn no_two_are_the_same() {
        let all: HashSet<_> = (0..1000).map(|_| Secret::random().unwrap().0).collect();
        assert_eq!(all.len(), 1000);
    }
}
