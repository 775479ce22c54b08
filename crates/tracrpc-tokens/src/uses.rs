//! When tokens were last used: `conf/tokens.used`.
//!
//! It is written beside the calls, once a minute for a token at most, and kept apart from the
//! tokens: what happens to it lets nobody in and keeps nobody out.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tracrpc_env::Result;
use tracrpc_env::config::store;
use tracrpc_env::time::{Timestamp, now};

use crate::file::{TokenFile, Used};

/// How often a use of a token is written.
const STEP: Duration = Duration::from_secs(60);

/// How many uses wait to be written; more are not.
const WAITING: usize = 1024;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// How long the file is waited for that others change, in steps of [`PAUSE`].
const ATTEMPTS: usize = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// The file of the uses of the tokens in a file.
pub(crate) fn path(tokens: &Path) -> PathBuf {
    tokens.with_extension("used")
}

/// When tokens were used, by their ids; nothing if nobody has written it.
pub(crate) fn read(path: &Path) -> io::Result<Used> {
    let text = match fs::metadata(path) {
        Ok(metadata) if metadata.len() > LARGEST => return Ok(Used::new()),
        Ok(_) => fs::read_to_string(path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Used::new()),
        Err(error) => return Err(error),
    };
    Ok(parse(&text))
}

fn parse(text: &str) -> Used {
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let uses = lines.filter_map(|(id, when)| Some((id.to_owned(), when.parse().ok()?)));
    uses.collect()
}

/// Takes note of uses, and has a thread write them.
pub(crate) struct Uses {
    file: TokenFile,
    noted: Mutex<HashMap<String, Instant>>,
    writer: Mutex<Option<Writer>>,
}

struct Writer {
    uses: SyncSender<(String, Timestamp)>,
    thread: JoinHandle<()>,
}

impl Uses {
    /// Those of the tokens in a file.
    pub(crate) fn new(file: TokenFile) -> Self {
        Self {
            file,
            noted: Mutex::default(),
            writer: Mutex::default(),
        }
    }

    /// The token `id` is being used. This waits for nobody, and fails silently.
    pub(crate) fn note(&self, id: &str) {
        if !self.is_due(id) {
            return;
        }
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.is_none() {
            *writer = Writer::start(self.file.clone());
        }
        if let Some(writer) = &*writer {
            // If so many wait that there is no room, the next use is written.
            let _ = writer.uses.try_send((id.to_owned(), now()));
        }
    }

    fn is_due(&self, id: &str) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.get(id).is_some_and(|last| last.elapsed() < STEP) {
            return false;
        }
        noted.retain(|_, last| last.elapsed() < STEP);
        noted.insert(id.to_owned(), Instant::now());
        true
    }
}

impl Writer {
    fn start(file: TokenFile) -> Option<Self> {
        let (uses, waiting) = mpsc::sync_channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("tracrpc-tokens".to_owned())
            .spawn(move || write_all(&file, &waiting))
            .ok()?;
        Some(Self { uses, thread })
    }
}

/// What waits is written.
impl Drop for Uses {
    fn drop(&mut self) {
        let writer = self
            .writer
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(Writer { uses, thread }) = writer.take() {
            drop(uses);
            let _ = thread.join();
        }
    }
}

fn write_all(file: &TokenFile, waiting: &Receiver<(String, Timestamp)>) {
    let mut has_failed = false;
    while let Ok(first) = waiting.recv() {
        let uses: Vec<_> = std::iter::once(first).chain(waiting.try_iter()).collect();
        let written = write(file, uses);
        // A folder that nobody may write to is no news the next time.
        if let Err(error) = &written
            && !has_failed
        {
            tracing::warn!(file = %file.path().display(), %error, "uses of tokens are not written");
        }
        has_failed = written.is_err();
    }
}

fn write(file: &TokenFile, uses: Vec<(String, Timestamp)>) -> Result<()> {
    let path = path(file.path());
    let Some(_lock) = lock(&path)? else {
        return Ok(());
    };
    let mut known = read(&path)?;
    for (id, when) in uses {
        let last = known.entry(id).or_insert(when);
        *last = when.max(*last);
    }
    let (records, _) = crate::record::records(&file.read()?);
    let ids = records.iter().map(|record| &record.token.id);
    let lines = ids.filter_map(|id| Some(format!("{id} {}\n", known.get(id)?)));
    store::write(&path, &lines.collect::<String>())
}

/// The lock of the folder that those take who change its files; none if somebody has it for
/// long.
fn lock(path: &Path) -> Result<Option<fs::File>> {
    let folder = fs::File::open(path.parent().unwrap_or(path))?;
    for _ in 0..ATTEMPTS {
        match folder.try_lock() {
            Ok(()) => return Ok(Some(folder)),
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(fs::TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_uses() {
        let uses = parse("a 2026-01-02T03:04:05Z\n\nb\nc soon\nd 2026-01-02T03:04:05Z more\n");
        assert_eq!(uses.keys().collect::<Vec<_>>(), ["a"]);
        let uses = parse("a 2026-01-02T03:04:05Z\na 2027-01-02T03:04:05Z\n");
        assert_eq!(uses["a"].to_string(), "2027-01-02T03:04:05Z");
    }

    #[test]
    fn a_use_is_due_once_in_a_while() {
        let uses = Uses::new(TokenFile::in_directory(Path::new("/nowhere")));
        assert!(uses.is_due("a") && uses.is_due("b"));
        assert!(!uses.is_due("a") && !uses.is_due("b"));
    }
}
