//! The log in a file, which may be moved away while it is written.

use std::fs::File;
use std::io;
use std::os::unix::fs::fchown;
use std::path::PathBuf;
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
    /// Opens it, or makes it for `owner`, who may have to open it again.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn open(path: PathBuf, owner: Option<&Identity>) -> anyhow::Result<Self> {
        let what = || format!("cannot write the log file {}", path.display());
        let file = match File::options().append(true).create_new(true).open(&path) {
            Ok(new) => {
                if let Some(owner) = owner {
                    let (user, group) = owner.owner();
                    fchown(&new, user, group).with_context(what)?;
                }
                new
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                append(&path).with_context(what)?
            }
            Err(error) => return Err(error).with_context(what),
        };
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
        let opened = File::options().append(true).create(true).open(&self.path);
        let taken = opened.and_then(|file| Ok(rustix::stdio::dup2_stderr(&file)?));
        if let Err(error) = taken {
            let file = self.path.display();
            tracing::error!(%file, %error, "the log file cannot be opened anew");
        }
    }
}

fn append(path: &std::path::Path) -> io::Result<File> {
    File::options().append(true).open(path)
}
