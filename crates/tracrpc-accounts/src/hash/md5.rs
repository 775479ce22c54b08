//! `$apr1$` and `$1$`: the salted MD5 of Apache (`htpasswd -m`) and of
//! crypt(3), which differ in their prefix only.
//!
//! The algorithm is described by Apache's "Password Formats" page and the
//! FreeBSD manual of crypt(3): a thousand rounds that mix the password, the
//! salt and the digest of the round before.

use md5::{Digest as _, Md5};

use super::{Kind, same};

pub(super) const APACHE: Kind = Kind {
    recognises: |hash| hash.starts_with("$apr1$"),
    verify: |password, hash| verify("$apr1$", password, hash),
    cost: |_| 300,
};

pub(super) const CRYPT: Kind = Kind {
    recognises: |hash| hash.starts_with("$1$"),
    verify: |password, hash| verify("$1$", password, hash),
    cost: |_| 300,
};

fn verify(prefix: &str, password: &[u8], hash: &str) -> bool {
    let Some((salt, expected)) = hash
        .strip_prefix(prefix)
        .and_then(|rest| rest.split_once('$'))
    else {
        return false;
    };
    // Longer salts are cut off at eight characters.
    let salt = salt.as_bytes();
    let digest = digest(prefix.as_bytes(), password, salt.get(..8).unwrap_or(salt));
    same(encode(&digest).as_bytes(), expected.as_bytes())
}

fn digest(prefix: &[u8], password: &[u8], salt: &[u8]) -> [u8; 16] {
    let mut state = first_digest(prefix, password, salt);
    for round in 0..1000 {
        let mut mix = Md5::new();
        let odd = round % 2 == 1;
        mix.update(if odd { password } else { &state });
        if round % 3 != 0 {
            mix.update(salt);
        }
        if round % 7 != 0 {
            mix.update(password);
        }
        mix.update(if odd { &state } else { password });
        state = mix.finalize().into();
    }
    state
}

fn first_digest(prefix: &[u8], password: &[u8], salt: &[u8]) -> [u8; 16] {
    let inner: [u8; 16] = Md5::new()
        .chain_update(password)
        .chain_update(salt)
        .chain_update(password)
        .finalize()
        .into();
    let mut outer = Md5::new()
        .chain_update(password)
        .chain_update(prefix)
        .chain_update(salt);
    outer.update(
        inner
            .iter()
            .copied()
            .cycle()
            .take(password.len())
            .collect::<Vec<u8>>(),
    );
    let mut bits = password.len();
    while bits > 0 {
        outer.update(if bits & 1 == 1 {
            &[0][..]
        } else {
            password.get(..1).unwrap_or_default()
        });
        bits >>= 1;
    }
    outer.finalize().into()
}

/// The base 64 of crypt(3): its own alphabet, lowest bits first, the bytes in
/// an order of its own.
fn encode(digest: &[u8; 16]) -> String {
    const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const GROUPS: [&[usize]; 6] = [
        &[0, 6, 12],
        &[1, 7, 13],
        &[2, 8, 14],
        &[3, 9, 15],
        &[4, 10, 5],
        &[11],
    ];
    let mut text = String::with_capacity(22);
    for group in GROUPS {
        let mut bits = group
            .iter()
            .fold(0u32, |bits, index| bits << 8 | u32::from(digest[*index]));
        for _ in 0..=group.len() {
            text.push(char::from(ALPHABET[(bits & 63) as usize]));
            bits >>= 6;
        }
    }
    text
}
