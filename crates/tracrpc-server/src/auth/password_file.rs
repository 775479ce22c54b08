//! A file of names and hashed passwords, read again when it changes.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::hash;
use super::verified::Verified;

/// A file as Apache's `htpasswd` writes it: lines of `name:hash`, with
/// comments after `#`.
pub(super) struct PasswordFile {
    path: PathBuf,
    loaded: RwLock<Arc<Loaded>>,
}

impl PasswordFile {
    /// Reads the file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let loaded = Loaded::read(path)?;
        if loaded.hashes.is_empty() {
            tracing::warn!(file = %path.display(), "the password file has no users");
        }
        Ok(Self {
            path: path.to_owned(),
            loaded: RwLock::new(Arc::new(loaded)),
        })
    }

    /// Whether `password` was found to be that of `user` before, and the file
    /// has not changed since.
    pub(super) fn remembers(&self, user: &str, password: &[u8]) -> bool {
        self.current()
            .is_some_and(|file| file.verified.contains(user, password))
    }

    /// Whether `password` is that of `user`. For a name that is not in the
    /// file this takes as long as for one that is, so nobody learns names.
    pub(super) fn knows(&self, user: &str, password: &[u8]) -> bool {
        let Some(file) = self.current() else {
            return false;
        };
        let known = file.hashes.get(user);
        let Some(hash) = known.or(file.decoy.as_ref()) else {
            return false;
        };
        let right = hash::verify(password, hash) && known.is_some();
        if right {
            file.verified.insert(user, password);
        }
        right
    }

    /// The content of the file as it is now; nothing if it cannot be read.
    fn current(&self) -> Option<Arc<Loaded>> {
        let stamp = match fs::metadata(&self.path) {
            Ok(metadata) => Stamp::of(&metadata),
            Err(error) => return self.unreadable(&error),
        };
        let loaded = Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner));
        match loaded.stamp == stamp {
            true => Some(loaded),
            false => self.reread(),
        }
    }

    /// Reads the file; nothing if it cannot be read.
    pub(super) fn reread(&self) -> Option<Arc<Loaded>> {
        match Loaded::read(&self.path) {
            Ok(loaded) => {
                let loaded = Arc::new(loaded);
                *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&loaded);
                Some(loaded)
            }
            Err(error) => self.unreadable(&error),
        }
    }

    fn unreadable(&self, error: &io::Error) -> Option<Arc<Loaded>> {
        tracing::error!(file = %self.path.display(), %error, "cannot read the password file");
        None
    }
}

/// What a file held when it was read. What was verified against it goes with it.
pub(super) struct Loaded {
    stamp: Stamp,
    hashes: HashMap<String, String>,
    /// What the passwords of unknown users are held against.
    decoy: Option<String>,
    verified: Verified,
}

impl Loaded {
    fn read(path: &Path) -> io::Result<Self> {
        // The stamp is taken first: a change in between is seen the next time.
        let stamp = Stamp::of(&fs::metadata(path)?);
        let text = fs::read(path)?;
        let hashes = parse(&String::from_utf8_lossy(&text), path);
        Ok(Self {
            stamp,
            decoy: hashes.values().next().cloned(),
            hashes,
            verified: Verified::new()?,
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

/// What changes when a file is written or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<std::time::SystemTime>,
    #[cfg(unix)]
    identity: (u64, u64, i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            identity: (
                metadata.dev(),
                metadata.ino(),
                metadata.ctime(),
                metadata.ctime_nsec(),
            ),
        }
    }
}
