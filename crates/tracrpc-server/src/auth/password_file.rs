//! A file of names and hashed passwords, read again when it changes.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use tracrpc_accounts::hash;

use super::followed_file::FollowedFile;
use super::verified::Verified;

/// A file as Apache's `htpasswd` writes it: lines of `name:hash`, with
/// comments after `#`.
pub(super) struct PasswordFile {
    file: FollowedFile<Loaded>,
}

impl PasswordFile {
    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read, or is one that `htdigest` writes.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = FollowedFile::open(path, Loaded::read)?;
        if file.current().is_none_or(|loaded| loaded.hashes.is_empty()) {
            tracing::warn!(file = %path.display(), "the password file has no users");
        }
        Ok(Self { file })
    }

    /// Whether `password` was found to be that of `user` before, and the file
    /// has not changed since.
    pub(super) fn remembers(&self, user: &str, password: &[u8]) -> bool {
        let loaded = self.file.current();
        loaded.is_some_and(|loaded| loaded.verified.contains(user, password))
    }

    /// Whether `password` was found not to be that of `user` before, and the file has not
    /// changed since.
    pub(super) fn remembers_as_wrong(&self, user: &str, password: &[u8]) -> bool {
        let loaded = self.file.current();
        loaded.is_some_and(|loaded| loaded.wrong.contains(user, password))
    }

    /// Whether `password` is that of `user`. For a name that is not in the
    /// file this takes as long as for one that is, so nobody learns names.
    pub(super) fn knows(&self, user: &str, password: &[u8]) -> bool {
        let Some(loaded) = self.file.current() else {
            return false;
        };
        let known = loaded.hashes.get(user);
        let Some(hash) = known.or(loaded.decoy.as_ref()) else {
            loaded.wrong.insert(user, password);
            return false;
        };
        let right = hash::verify(password, hash) && known.is_some();
        if right {
            loaded.verified.insert(user, password);
            return true;
        }
        loaded.wrong.insert(user, password);
        if known.is_some() {
            // Where hashes are of several kinds, all names take as long as the slowest kind.
            loaded.take_the_time_of_the_slowest(password, hash);
        }
        false
    }

    /// Whether it has a user of that name, or cannot be read.
    pub(super) fn may_have(&self, user: &str) -> bool {
        let loaded = self.file.current();
        loaded.is_none_or(|loaded| loaded.hashes.contains_key(user))
    }

    /// Reads the file again. What cannot be read is in the log, and lets nobody in.
    pub(super) fn reread(&self) {
        let _ = self.file.reread();
    }
}

/// What a file held when it was read. What was verified against it goes with it.
struct Loaded {
    hashes: HashMap<String, String>,
    /// What the passwords of unknown users are held against: a hash that takes longest.
    decoy: Option<String>,
    verified: Verified,
    /// What was found to be wrong. Front servers send passwords of their own with each request.
    wrong: Verified,
}

impl Loaded {
    fn take_the_time_of_the_slowest(&self, password: &[u8], done: &str) {
        if let Some(decoy) = &self.decoy
            && hash::cost(decoy) > hash::cost(done)
        {
            // Whether it is somebody's does not matter.
            let _ = hash::verify(password, decoy);
        }
    }

    fn read(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let text = String::from_utf8_lossy(bytes);
        if super::digest::is_digest_file(&text) {
            let message = "it is one that htdigest writes: give it to --auth";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let hashes = parse(&text, path);
        Ok(Self {
            decoy: hashes.values().max_by_key(|hash| hash::cost(hash)).cloned(),
            hashes,
            verified: Verified::new()?,
            wrong: Verified::new()?,
        })
    }
}

fn parse(text: &str, path: &Path) -> HashMap<String, String> {
    let mut hashes = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let mut fields = line.split(':');
        match (fields.next(), fields.next()) {
            (Some(user), Some(hash)) if hash::is_known(hash) => {
                hashes.insert(user.to_owned(), hash.to_owned());
            }
            (Some(user), Some(_)) => tracing::warn!(
                file = %path.display(), user,
                "the password of this user is not hashed in a known way and will not be accepted"
            ),
            _ => {
                tracing::warn!(file = %path.display(), line = index + 1, "this line has no password")
            }
        }
    }
    hashes
}
