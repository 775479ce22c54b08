//! The file of a database: who may read it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes an empty file that only its owner can use: it is to hold the sessions
/// and the mail addresses of users. SQLite gives the files beside it the same
/// mode.
///
/// # Errors
/// The file exists, or cannot be made.
pub(super) fn make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes an empty file that may be used by those who may use `original`.
///
/// # Errors
/// As [`make`].
pub(super) fn make_like(original: &Path, path: &Path) -> io::Result<()> {
    make(path)?.set_permissions(fs::metadata(original)?.permissions())
}
