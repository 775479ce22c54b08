//! Names of attached files: which are refused, how they are numbered, and under
//! which names they are stored.

use sha1::{Digest, Sha1};
use tracrpc_env::{Error, Resource, Result};
use tracrpc_translation::own_message;
use unicode_normalization::UnicodeNormalization;

/// The longest name, in characters.
const MAX_CHARS: usize = 1000;

/// The longest extension, in bytes. It is part of the name on disk, which file
/// systems limit to 255 bytes.
const MAX_EXTENSION: usize = 200;

/// How many names are tried for a file whose name is taken, as in Trac.
const MAX_NUMBER: usize = 100;

/// The base name of a path on any system, as Trac takes it for the name of an
/// attachment: composed as far as Unicode can, control characters become blanks, and blanks around it go.
#[must_use]
pub fn normalize_filename(path: &str) -> String {
    let path: String = path
        .nfc()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let drive = path.get(..3).is_some_and(|start| {
        start.ends_with(":\\") && start.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    let slashes = if drive || path.starts_with('\\') {
        ['/', '\\']
    } else {
        ['/', '/']
    };
    path.rsplit(slashes)
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// Refuses names that no attachment may have.
///
/// Trac takes any name here. Those that are empty, pretend to lead out of a
/// directory, hold the character NUL or are too long are mistakes or attacks.
pub(super) fn require_valid(filename: &str) -> Result<()> {
    let reason = if filename.is_empty() {
        own_message!("it is empty")
    } else if filename.chars().nth(MAX_CHARS).is_some() || extension(filename).len() > MAX_EXTENSION
    {
        own_message!("it is too long")
    } else if filename.contains('\0') {
        own_message!("it has the character NUL")
    } else if filename
        .split(['/', '\\'])
        .any(|part| matches!(part, "." | ".."))
    {
        own_message!("it leads to another directory")
    } else {
        return Ok(());
    };
    let shown: String = filename
        .chars()
        .filter(|c| !c.is_control())
        .take(80)
        .collect();
    Err(Error::invalid(own_message!(
        "invalid file name `%(name)s`: %(reason)s",
        name = shown,
        reason = reason,
    )))
}

/// `filename` and the names that Trac tries next: `a.2.txt`, `a.3.txt`, …
pub(super) fn candidates(filename: &str) -> impl Iterator<Item = String> + '_ {
    let (stem, extension) = split_extension(filename);
    std::iter::once(filename.to_owned())
        .chain((2..=MAX_NUMBER).map(move |number| format!("{stem}.{number}{extension}")))
}

/// Parts a name as Python's `os.path.splitext`: leading dots begin no extension.
fn split_extension(filename: &str) -> (&str, &str) {
    let base = filename.rfind('/').map_or(0, |slash| slash + 1);
    let dots = filename[base..].len() - filename[base..].trim_start_matches('.').len();
    match filename.rfind('.') {
        Some(dot) if dot >= base + dots.max(1) => filename.split_at(dot),
        _ => (filename, ""),
    }
}

/// The extension that the stored name keeps, with its dot: ASCII letters and
/// digits at the very end.
fn extension(filename: &str) -> &str {
    let Some(dot) = filename.rfind('.') else {
        return "";
    };
    let letters = &filename[dot + 1..];
    if !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        &filename[dot..]
    } else {
        ""
    }
}

/// Where the files of `parent` lie below `files/attachments`, as in Trac:
/// realm, three digits of a hash, the SHA-1 of the id.
pub(super) fn parent_path(parent: &Resource) -> String {
    let id = sha1_hex(parent.id());
    format!("{}/{}/{id}", parent.realm, &id[..3])
}

/// Where one file of `parent` lies below `files/attachments`: the SHA-1 of its
/// name, and its extension.
pub(super) fn stored_path(parent: &Resource, filename: &str) -> String {
    let hash = sha1_hex(filename);
    format!("{}/{hash}{}", parent_path(parent), extension(filename))
}

/// The SHA-1 of a text in hexadecimal digits.
pub(super) fn sha1_hex(text: &str) -> String {
    Sha1::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_before_the_extension() {
        let check = |name, expected| {
            assert_eq!(
                candidates(name).nth(1).as_deref(),
                Some(expected),
                "{name:?}"
            );
        };
        check("a.txt", "a.2.txt");
        check("noext", "noext.2");
        check("a.tar.gz", "a.tar.2.gz");
        check(".hidden", ".hidden.2");
        check("..x", "..x.2");
        check(".a.b", ".a.2.b");
        check("a.", "a.2.");
        check("d.e/file", "d.e/file.2");
        check("d/.e", "d/.e.2");
        check("é.日本", "é.2.日本");
        assert_eq!(candidates("a").count(), 100);
    }

    #[test]
    fn base_names() {
        let check = |path, expected| assert_eq!(normalize_filename(path), expected);
        check("dir/a.txt", "a.txt");
        check("C:\\dir\\a.txt", "a.txt");
        check("\\\\host\\a.txt", "a.txt");
        check("a\\b", "a\\b");
        check(" a\0b\n", "a b");
        check("e\u{301}", "é");
        check("é:\\x", "é:\\x");
    }

    #[test]
    fn refused_names() {
        let check = |name: &str, valid| {
            assert_eq!(require_valid(name).is_ok(), valid, "{name:?}");
        };
        for name in [
            "a.txt",
            "é",
            " sp ",
            "a\\b",
            "dir/f.txt",
            "...",
            "a..b",
            "日本語.pdf",
            "con",
        ] {
            check(name, true);
        }
        check(&"x".repeat(1000), true);
        for name in ["", ".", "..", "../../x", "a/../b", "..\\x", "a\0b"] {
            check(name, false);
        }
        check(&"x".repeat(1001), false);
        check(&format!("a.{}", "y".repeat(240)), false);
    }

    #[test]
    fn paths_are_those_of_trac() {
        let check = |parent: Resource, name, expected| {
            assert_eq!(stored_path(&parent, name), expected);
        };
        check(
            Resource::ticket(1),
            "a.txt",
            "ticket/356/356a192b7913b04c54574d18c28d46e6395428ab/\
             cfc7b4885384957ae445bc14914d4588f607651c.txt",
        );
        check(
            Resource::wiki("Page"),
            "a.é",
            "wiki/fb0/fb06270f7c212baabc8749ffc36e49dc8f321548/9b7cc1ca20630d0b72073d9d0a561e032b9fb1fe",
        );
    }
}
