//! Files that Apache's `htdigest` writes: lines of `name:realm:hash`.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::Algorithm;
use crate::auth::followed_file::FollowedFile;

/// A file of names, realms and hashes of the passwords.
pub(super) struct DigestFile {
    file: FollowedFile<Hashes>,
}

/// By name and realm. A user may have a hash of each algorithm.
type Hashes = HashMap<(String, String), Vec<(Algorithm, String)>>;

impl DigestFile {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = FollowedFile::open(path, read)?;
        if file.current().is_none_or(|hashes| hashes.is_empty()) {
            tracing::warn!(file = %path.display(), "the password file has no users");
        }
        Ok(Self { file })
    }

    /// The hash of a user's name, realm and password, in lower case.
    pub(super) fn hash(&self, algorithm: Algorithm, realm: &str, user: &str) -> Option<String> {
        let hashes = self.file.current()?;
        let known = hashes.get(&(user.to_owned(), realm.to_owned()))?;
        let found = known.iter().find(|(known, _)| *known == algorithm)?;
        Some(found.1.clone())
    }

    /// Whether it has a user of that name, or cannot be read.
    pub(super) fn may_have(&self, realm: &str, user: &str) -> bool {
        let known = (user.to_owned(), realm.to_owned());
        let hashes = self.file.current();
        hashes.is_none_or(|hashes| hashes.contains_key(&known))
    }

    /// Whether somebody has a hash of the algorithm. MD5 is always offered.
    pub(super) fn has(&self, algorithm: Algorithm, realm: &str) -> bool {
        if algorithm == Algorithm::Md5 {
            return true;
        }
        let hashes = self.file.current().unwrap_or_default();
        let mut of_realm = hashes.iter().filter(|((_, known), _)| known == realm);
        of_realm.any(|(_, known)| known.iter().any(|(known, _)| *known == algorithm))
    }

    /// Reads the file again. What cannot be read is in the log, and lets nobody in.
    pub(super) fn reread(&self) {
        let _ = self.file.reread();
    }
}

/// Whether a text is that of such a file: its first line that says something is.
pub(in crate::auth) fn is_digest_file(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| entry(line).is_some())
}

fn read(path: &Path, bytes: &[u8]) -> io::Result<Hashes> {
    let text = String::from_utf8_lossy(bytes);
    let mut hashes = Hashes::new();
    let mut others = 0;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match entry(line) {
            Some((user, realm, algorithm, hash)) => {
                let known = hashes.entry((user, realm)).or_default();
                known.retain(|(other, _)| *other != algorithm);
                known.push((algorithm, hash));
            }
            None => {
                others += 1;
                tracing::warn!(
                    file = %path.display(), line = index + 1,
                    "this line is not of the form name:realm:hash"
                );
            }
        }
    }
    if hashes.is_empty() && others > 0 {
        let message = "no line is one that htdigest writes; a file of htpasswd is for --basic-auth";
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(hashes)
}

/// Name, realm, algorithm and hash. The length of the hash tells the algorithm.
fn entry(line: &str) -> Option<(String, String, Algorithm, String)> {
    let (user, rest) = line.split_once(':')?;
    let (realm, hash) = rest.rsplit_once(':')?;
    let algorithm = match hash.len() {
        32 => Algorithm::Md5,
        64 => Algorithm::Sha256,
        _ => return None,
    };
    let is_hex = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| {
        let hash = hash.to_ascii_lowercase();
        (user.to_owned(), realm.to_owned(), algorithm, hash)
    })
}
