//! The file that holds the number of the process that serves.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

/// The pid file of this process, which is locked, and removed in the end.
pub(super) struct PidFile {
    path: PathBuf,
    file: File,
}

impl PidFile {
    /// Writes the number of this process to the file, which is made if there is none.
    ///
    /// # Errors
    /// A process that runs has it, something other than a number is in it, or it cannot be
    /// written.
    pub(super) fn claim(path: PathBuf) -> anyhow::Result<Self> {
        let what = || format!("cannot write the pid file {}", path.display());
        let mut file = loop {
            let mut file = open(&path).with_context(what)?;
            let locked = file.try_lock();
            if matches!(locked, Err(TryLockError::WouldBlock)) {
                return Err(is_running(&read(&mut file).with_context(what)?, &path));
            }
            // Who had it may have removed it between the two.
            if is_at(&file, &path) {
                break file;
            }
        };
        if !file.metadata().with_context(what)?.is_file() {
            bail!("the pid file {} is no ordinary file", path.display());
        }
        let text = read(&mut file).with_context(what)?;
        refuse_if_taken(&text, &path)?;
        replace(&mut file, &format!("{}\n", std::process::id())).with_context(what)?;
        Ok(Self { path, file })
    }
}

impl Drop for PidFile {
    /// Removes the file if it is still this one. Who has given up the right to do so can still
    /// empty it.
    fn drop(&mut self) {
        if is_at(&self.file, &self.path) && fs::remove_file(&self.path).is_err() {
            let emptied = replace(&mut self.file, "");
            if let Err(error) = emptied {
                let file = self.path.display();
                tracing::warn!(%file, %error, "the pid file cannot be removed");
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path)
}

/// Whether the file is the one that has that path.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(file), Ok(there)) => (file.dev(), file.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// A number that a process has belongs to a server, which may be `tracd`. What is no number
/// at all may be a file of somebody else's.
fn refuse_if_taken(text: &str, path: &Path) -> anyhow::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let number: Option<i32> = text.parse().ok().filter(|number| *number > 0);
    let Some(pid) = number.and_then(Pid::from_raw) else {
        bail!(
            "{} does not hold the number of a process; remove it if it is a pid file",
            path.display()
        );
    };
    let is_ours = u32::try_from(pid.as_raw_pid()) == Ok(std::process::id());
    let runs = !matches!(test_kill_process(pid), Err(Errno::SRCH));
    if runs && !is_ours {
        return Err(is_running(text, path));
    }
    Ok(())
}

/// What `trac/util/daemon.py: daemonize` says, and of which file.
fn is_running(pid: &str, path: &Path) -> anyhow::Error {
    anyhow::anyhow!(
        "tracrpc is already running with pid {pid} (pid file {})",
        path.display()
    )
}

/// The text of the file, without white space around it.
fn read(file: &mut File) -> io::Result<String> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}

fn replace(file: &mut File, text: &str) -> io::Result<()> {
    file.rewind()?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())
}
