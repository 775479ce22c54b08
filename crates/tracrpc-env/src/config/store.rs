//! Writes `trac.ini` so that nobody ever sees half of it.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Editor;
use crate::error::{Error, Result};

/// Changes a `trac.ini` line by line. The file keeps its mode and its owner; two
/// that change it at once wait for each other.
///
/// # Errors
/// What `change` says, or a file that cannot be read, understood or written. The
/// file is unchanged then.
pub fn edit<T>(path: &Path, change: impl FnOnce(&mut Editor) -> Result<T>) -> Result<T> {
    edit_telling(path, change).map(|(result, _)| result)
}

/// The same, with the text that the file has now.
///
/// # Errors
/// As [`edit`].
pub(crate) fn edit_telling<T>(
    path: &Path,
    change: impl FnOnce(&mut Editor) -> Result<T>,
) -> Result<(T, String)> {
    let path = &path
        .canonicalize()
        .map_err(|error| failed("read", path, error))?;
    let _lock = lock(path)?;
    let text = fs::read_to_string(path).map_err(|error| failed("read", path, error))?;
    let mut editor = Editor::new(&text)?;
    let result = change(&mut editor)?;
    let changed = editor.text();
    if changed != text {
        write(path, &changed)?;
    }
    Ok((result, changed))
}

/// Replaces a file, or makes it, readable for its owner only.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let temporary = temporary_name(path);
    let written = write_beside(path, &temporary, text);
    if written.is_err() {
        // The first error says more than a second one would.
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(|error| failed("write", path, error))
}

fn write_beside(path: &Path, temporary: &Path, text: &str) -> std::io::Result<()> {
    let mut file = create_private(temporary)?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = fs::metadata(path) {
        copy_owner(&metadata, temporary);
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()?;
    fs::rename(temporary, path)
}

fn temporary_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
}

/// As far as we may: only root can give a file away.
#[cfg(unix)]
fn copy_owner(metadata: &Metadata, path: &Path) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn copy_owner(_: &Metadata, _: &Path) {}

/// Waits for others that change a file of the same folder. The folder is locked, as
/// the file itself is replaced; the lock is given back with what is returned.
///
/// # Errors
/// The folder cannot be locked.
pub fn lock(path: &Path) -> Result<File> {
    let folder = path.parent().unwrap_or(path);
    let file = File::open(folder).map_err(|error| failed("lock", path, error))?;
    file.lock().map_err(|error| failed("lock", path, error))?;
    Ok(file)
}

fn failed(verb: &str, path: &Path, error: std::io::Error) -> Error {
    Error::storage(
        format!("cannot {verb} `{}`: {error}", path.display()),
        error,
    )
}
