//! Changes of attached files that happen if, and only if, a transaction is
//! committed, even if the process is killed at any moment.
//!
//! The database decides. Before the commit an *intent* is written: a file in
//! `files/attachments/.pending`, locked by the process that works on it. After
//! the commit it is carried out and taken away. Whoever finds an intent that
//! nobody holds any more asks the database whether its row was committed, and
//! carries it out or drops it:
//!
//! | intent | holds | committed if its row | then |
//! |---|---|---|---|
//! | `put` | the content | is there | it becomes the stored file |
//! | `move` | the old path | is there | the file goes to the row's path |
//! | `remove` | the path | is gone | the file is deleted |
//! | `part` | a part of a content | never | |
//!
//! A row is known by its time and a hash of realm, id and name, which are the
//! intent's name. So an intent can also be found from the row: a file is
//! readable from the moment of the commit on.

use std::collections::hash_map::RandomState;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tracrpc_env::{Environment, Result};

use super::filename::sha1_hex;
use super::{Attachment, store};

/// Below the directory of attachments. No realm of Trac begins with a dot.
const PENDING: &str = ".pending";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Part,
    Put,
    Move,
    Remove,
}

impl Kind {
    const ALL: [(Kind, &'static str); 4] = [
        (Kind::Part, "part"),
        (Kind::Put, "put"),
        (Kind::Move, "move"),
        (Kind::Remove, "remove"),
    ];

    fn suffix(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("part", |(_, suffix)| suffix)
    }

    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        Self::ALL
            .iter()
            .find(|(_, suffix)| *suffix == extension)
            .map(|(kind, _)| *kind)
    }
}

/// One intent, locked as long as this lives.
struct Intent {
    path: PathBuf,
    kind: Kind,
    /// The file that goes or is moved away.
    from: Option<PathBuf>,
    /// Where a content is to lie.
    to: Option<PathBuf>,
    /// Holds the lock.
    file: File,
}

/// A content that has been written, but belongs to no attachment yet.
pub(super) struct Staged {
    intent: usize,
    /// Bytes.
    pub(super) size: u64,
}

/// What is to happen to files when the transaction at hand is committed.
///
/// Dropped without [`FileChanges::finish`], it does what the database says.
pub struct FileChanges<'a> {
    env: &'a Environment,
    intents: Vec<Intent>,
    directories: Vec<PathBuf>,
}

impl<'a> FileChanges<'a> {
    /// No changes.
    pub fn new(env: &'a Environment) -> Self {
        Self {
            env,
            intents: Vec::new(),
            directories: Vec::new(),
        }
    }

    /// Writes a content to disk. What others left that are no more goes first: it
    /// may be what fills the disk.
    pub(super) fn stage(&mut self, content: &mut dyn Read) -> Result<Staged> {
        if let Err(error) = recover(self.env) {
            tracing::error!(%error, "attachments of former processes not settled");
        }
        let begun = self.begin(&random_name(), Kind::Part)?;
        let file = &mut self.intents[begun].file;
        let size = io::copy(content, file)?;
        file.sync_all()?;
        Ok(Staged {
            intent: begun,
            size,
        })
    }

    /// The staged content becomes the file of `attachment`, in place of another
    /// one if there is one.
    pub(super) fn put(&mut self, staged: &Staged, attachment: &Attachment) -> Result<()> {
        let path = self.intent_path(&row_name(attachment), Kind::Put);
        let target = self.path(attachment);
        if let Some(intent) = self.intents.get_mut(staged.intent) {
            fs::rename(&intent.path, &path)?;
            intent.path = path;
            intent.kind = Kind::Put;
            intent.to = Some(target);
        }
        self.sync()
    }

    /// The file of `attachment` goes.
    pub(super) fn remove(&mut self, attachment: &Attachment) -> Result<()> {
        self.announce(attachment, attachment, Kind::Remove)
    }

    /// The file of `from` becomes that of `to`.
    pub(super) fn relocate(&mut self, from: &Attachment, to: &Attachment) -> Result<()> {
        self.announce(to, from, Kind::Move)
    }

    /// The directory of the attachments of a parent goes if it is empty.
    pub(super) fn remove_directory(&mut self, parent_path: &str) {
        self.directories.push(root(self.env).join(parent_path));
    }

    /// Whether a file lies where the one of `attachment` would.
    pub(super) fn is_taken(&self, attachment: &Attachment) -> bool {
        self.path(attachment).exists()
    }

    /// The transaction is committed: makes the files agree with it.
    ///
    /// What fails here is logged and tried again when the environment is
    /// opened; the change itself stands.
    pub fn finish(mut self) {
        for intent in std::mem::take(&mut self.intents) {
            if let Err(error) = intent.carry_out() {
                tracing::error!(path = %intent.path.display(), %error, "attachment not settled");
            }
        }
        for directory in std::mem::take(&mut self.directories) {
            // Fails if it is not empty, which is as it should be.
            let _ = fs::remove_dir(directory);
        }
    }

    fn path(&self, attachment: &Attachment) -> PathBuf {
        root(self.env).join(attachment.stored_path())
    }

    fn intent_path(&self, name: &str, kind: Kind) -> PathBuf {
        root(self.env)
            .join(PENDING)
            .join(format!("{name}.{}", kind.suffix()))
    }

    /// Writes an intent about the row of `row`, whose file is that of `file`.
    fn announce(&mut self, row: &Attachment, file: &Attachment, kind: Kind) -> Result<()> {
        let (from, to) = (self.path(file), self.path(row));
        let begun = self.begin(&row_name(row), kind)?;
        let intent = &mut self.intents[begun];
        intent.from = Some(from);
        intent.to = Some(to);
        intent.file.write_all(file.stored_path().as_bytes())?;
        intent.file.sync_all()?;
        self.sync()
    }

    /// Begins an intent, and says which of `intents` it is. It is there before
    /// anything is written to it: whatever fails then, it does not stay on a
    /// disk that may be full.
    fn begin(&mut self, name: &str, kind: Kind) -> Result<usize> {
        fs::create_dir_all(root(self.env).join(PENDING))?;
        let path = self.intent_path(name, kind);
        loop {
            let mut options = OpenOptions::new();
            let file = options
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)?;
            file.lock()?;
            // Before it was locked it may have been taken for a leftover.
            if path.exists() {
                self.intents.push(Intent {
                    path,
                    kind,
                    from: None,
                    to: None,
                    file,
                });
                return Ok(self.intents.len() - 1);
            }
        }
    }

    /// Makes the names in the directory durable.
    fn sync(&self) -> Result<()> {
        File::open(root(self.env).join(PENDING))?.sync_all()?;
        Ok(())
    }
}

impl Drop for FileChanges<'_> {
    fn drop(&mut self) {
        for intent in &mut self.intents {
            if let Err(error) = intent.settle(self.env) {
                tracing::error!(path = %intent.path.display(), %error, "attachment not settled");
            }
        }
    }
}

impl Intent {
    /// Does what the intent is for, and takes it away.
    fn carry_out(&self) -> io::Result<()> {
        match (self.kind, &self.from, &self.to) {
            (Kind::Put, _, Some(to)) => return rename_into(&self.path, to),
            (Kind::Move, Some(from), Some(to)) => rename_into(from, to).or_else(ignore_missing)?,
            (Kind::Remove, Some(from), _) => fs::remove_file(from).or_else(ignore_missing)?,
            _ => {}
        }
        self.withdraw()
    }

    fn withdraw(&self) -> io::Result<()> {
        fs::remove_file(&self.path).or_else(ignore_missing)
    }

    /// Carries the intent out if its row says so, else drops it.
    fn settle(&mut self, env: &Environment) -> Result<()> {
        let row = match self.kind {
            Kind::Part => None,
            _ => find_row(env, &self.path)?,
        };
        if matches!(self.kind, Kind::Move | Kind::Remove) {
            self.from = read_path(env, &self.path).ok();
        }
        self.to = row.as_ref().map(|row| root(env).join(row.stored_path()));
        match (self.kind, row) {
            (Kind::Put | Kind::Move, Some(_)) | (Kind::Remove, None) => self.carry_out()?,
            _ => self.withdraw()?,
        }
        Ok(())
    }
}

/// Settles what processes that are no more left undone.
///
/// # Errors
/// *Storage* if the directory or the database cannot be read.
pub fn recover(env: &Environment) -> Result<()> {
    let entries = match fs::read_dir(root(env).join(PENDING)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let path = entry?.path();
        if let Some(mut intent) = abandoned(&path)? {
            intent.settle(env)?;
        }
    }
    Ok(())
}

/// The intent at `path`, if nobody works on it.
fn abandoned(path: &Path) -> Result<Option<Intent>> {
    let Some(kind) = Kind::of(path) else {
        return Ok(None);
    };
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let free = file.try_lock().is_ok() && path.exists();
    Ok(free.then(|| Intent {
        path: path.to_owned(),
        kind,
        from: None,
        to: None,
        file,
    }))
}

/// Opens the file of an attachment, wherever it is on its way.
pub(super) fn open(env: &Environment, attachment: &Attachment) -> io::Result<File> {
    let pending = root(env).join(PENDING);
    let name = row_name(attachment);
    let stored = root(env).join(attachment.stored_path());
    // A file that is moved between two of these looks has arrived at the last.
    File::open(pending.join(format!("{name}.put")))
        .or_else(|_| File::open(&stored))
        .or_else(|_| File::open(read_path(env, &pending.join(format!("{name}.move")))?))
        .or_else(|_| File::open(&stored))
}

fn root(env: &Environment) -> PathBuf {
    env.attachments_dir()
}

/// How intents name the row of an attachment.
fn row_name(attachment: &Attachment) -> String {
    let parent = &attachment.parent;
    let key = [
        parent.realm.as_ref(),
        parent.id(),
        attachment.filename.as_str(),
    ]
    .join("\0");
    format!("{}-{}", attachment.time.as_microsecond(), sha1_hex(&key))
}

/// The row that the intent at `path` names.
fn find_row(env: &Environment, path: &Path) -> Result<Option<Attachment>> {
    let name = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let digits = name.rsplit_once('-').map_or("", |(time, _)| time);
    let Ok(micros) = digits.parse() else {
        return Ok(None);
    };
    let rows = env
        .db()
        .read(|connection| store::at_time(connection, micros))?;
    Ok(rows.into_iter().find(|row| row_name(row) == name))
}

/// Renames a file; makes the directory, which another process may be removing.
fn rename_into(from: &Path, to: &Path) -> io::Result<()> {
    let mut result = fs::rename(from, to);
    for _ in 0..3 {
        match &result {
            Err(error) if error.kind() == io::ErrorKind::NotFound && from.exists() => {
                fs::create_dir_all(to.parent().unwrap_or(to))?;
                result = fs::rename(from, to);
            }
            _ => break,
        }
    }
    result
}

fn ignore_missing(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }
}

/// The path that the intent at `path` holds. An empty one, of a process that
/// did not come to write it, is as good as none.
fn read_path(env: &Environment, path: &Path) -> io::Result<PathBuf> {
    let stored = fs::read_to_string(path)?;
    if stored.is_empty() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(root(env).join(stored))
}

/// A name that no other process has either.
fn random_name() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

#[cfg(test)]
mod tests;
