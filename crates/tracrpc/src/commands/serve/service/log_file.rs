//! The log in a file, which may be moved away while it is written.

use std::fs::File;
use std::io;
use std::os::unix::fs::fchown;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::identity::Identity;

/// A file that standard error goes to.
#[derive(Clone)]
pub(super) struct LogFile {
    path: PathBuf,
    file: Arc<File>,
}

impl LogFile {
    /// Makes the file for `owner` if there is none: they may not make one in its folder. One
    /// that is there is not touched, for whoever may write to the folder may have led it to
    /// somewhere else.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn make(path: &Path, owner: &Identity) -> anyhow::Result<()> {
        let made = match File::options().append(true).create_new(true).open(path) {
            Ok(new) => {
                let (user, group) = owner.owner();
                fchown(&new, user, group)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        };
        made.with_context(|| cannot_write(path))
    }

    /// Opens it, and makes it if it is not there.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn open(path: PathBuf) -> anyhow::Result<Self> {
        let file = append(&path).with_context(|| cannot_write(&path))?;
        let file = Arc::new(file);
        Ok(Self { path, file })
    }

    /// Has standard error go to it from now on.
    ///
    /// # Errors
    /// The system does not let it.
    pub(super) fn take_log(&self) -> anyhow::Result<()> {
        rustix::stdio::dup2_stderr(&*self.file).context("cannot write the log to a file")
    }

    /// Opens it once more, for it may have been moved away. Where that fails, what was open
    /// stays it.
    pub(super) fn open_anew(&self) {
        let taken = append(&self.path).and_then(|file| Ok(rustix::stdio::dup2_stderr(&file)?));
        if let Err(error) = taken {
            let file = self.path.display();
            tracing::error!(%file, %error, "the log file cannot be opened anew");
        }
    }
}

fn append(path: &Path) -> io::Result<File> {
    File::options().append(true).create(true).open(path)
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write the log file {}", path.display())
}
