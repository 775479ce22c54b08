//! A file that is read again when it changes.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// What a file said when it was last read.
pub(super) struct FollowedFile<T> {
    path: PathBuf,
    read: fn(&Path, &[u8]) -> io::Result<T>,
    kept: RwLock<(Stamp, Arc<T>)>,
}

impl<T> FollowedFile<T> {
    /// Reads the file, now and after each change, by `read`.
    pub(super) fn open(path: &Path, read: fn(&Path, &[u8]) -> io::Result<T>) -> io::Result<Self> {
        let kept = load(path, read)?;
        Ok(Self {
            path: path.to_owned(),
            read,
            kept: RwLock::new(kept),
        })
    }

    /// What the file says now; nothing if it cannot be read.
    pub(super) fn current(&self) -> Option<Arc<T>> {
        let stamp = match fs::metadata(&self.path) {
            Ok(metadata) => Stamp::of(&metadata),
            Err(error) => return self.unreadable(&error),
        };
        {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            if kept.0 == stamp {
                return Some(Arc::clone(&kept.1));
            }
        }
        self.reread()
    }

    /// Reads the file, whether it seems to have changed or not; nothing if it cannot be read.
    pub(super) fn reread(&self) -> Option<Arc<T>> {
        match load(&self.path, self.read) {
            Ok(fresh) => {
                let content = Arc::clone(&fresh.1);
                *self.kept.write().unwrap_or_else(PoisonError::into_inner) = fresh;
                Some(content)
            }
            Err(error) => self.unreadable(&error),
        }
    }

    fn unreadable(&self, error: &io::Error) -> Option<Arc<T>> {
        tracing::error!(file = %self.path.display(), %error, "cannot read who may log in");
        None
    }
}

/// The stamp is taken first: a change in between is seen the next time.
fn load<T>(path: &Path, read: fn(&Path, &[u8]) -> io::Result<T>) -> io::Result<(Stamp, Arc<T>)> {
    let stamp = Stamp::of(&fs::metadata(path)?);
    let bytes = fs::read(path)?;
    Ok((stamp, Arc::new(read(path, &bytes)?)))
}

/// What changes when a file is written or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    length: u64,
    modified: Option<std::time::SystemTime>,
    #[cfg(unix)]
    identity: (u64, u64, i64, i64),
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
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
