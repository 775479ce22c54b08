//! The audit log: who called what, from where, and how that ended.
//!
//! Lines wait in memory for the thread that writes them, so that nobody waits for a disk. There
//! is room for [`LINES`] of them and [`BYTES`]; where there is none any more they are lost, and
//! the log says how many as soon as it can be written again.

mod line;
mod writer;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use self::line::Line;
use self::writer::{Item, Writer};
use crate::operations::AuditTarget;

/// How many lines may wait.
const LINES: usize = 65_536;

/// How many bytes they may have together.
const BYTES: usize = 16 * 1024 * 1024;

/// An audit log that is open.
pub(crate) struct AuditLog {
    queue: SyncSender<Item>,
    shared: Arc<Shared>,
}

/// What those who write lines and the thread share.
#[derive(Default)]
struct Shared {
    /// How many bytes wait.
    waiting: AtomicUsize,
    /// How many lines were lost since the log last said so.
    lost: AtomicU64,
    /// How many were lost since the start.
    lost_ever: AtomicU64,
    wants_reopening: AtomicBool,
}

impl AuditLog {
    /// Opens a log and starts its thread.
    ///
    /// # Errors
    /// If the file cannot be opened, or the system has no more threads.
    pub(crate) fn open(target: AuditTarget) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let writer = Writer::open(target, Arc::clone(&shared))?;
        let (queue, lines) = sync_channel(LINES);
        let thread = thread::Builder::new().name("tracrpc-audit".to_owned());
        thread.spawn(move || writer.run(&lines))?;
        Ok(Self { queue, shared })
    }

    /// Has a line written, without waiting for that.
    pub(crate) fn write(&self, line: Line) {
        let line = line.finish() + "\n";
        let bytes = line.len();
        let waiting = self.shared.waiting.fetch_add(bytes, Ordering::Relaxed);
        let has_room = waiting.saturating_add(bytes) <= BYTES;
        if !has_room || self.queue.try_send(Item::Line(line)).is_err() {
            self.shared.written(bytes);
            self.shared.lose(0, 1);
        }
    }

    /// Goes on in the file that has the name now: that of before was moved away.
    pub(crate) fn reopen(&self) {
        self.shared.wants_reopening.store(true, Ordering::Release);
        // A thread that has lines to write looks anyway.
        let _ = self.queue.try_send(Item::Wake);
    }

    /// Waits until everything is written, at most until `deadline`. Whether it is.
    pub(crate) fn finish(&self, deadline: Instant) -> bool {
        let (done, finished) = sync_channel(1);
        let mut item = Item::Finish(done);
        while let Err(TrySendError::Full(back)) = self.queue.try_send(item) {
            if Instant::now() >= deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(5));
            item = back;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        finished.recv_timeout(left).is_ok()
    }

    /// How many lines were lost since the start.
    pub(crate) fn lost(&self) -> u64 {
        self.shared.lost_ever.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn written(&self, bytes: usize) {
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Counts lines as lost, besides those that were counted `again`.
    fn lose(&self, again: u64, lines: u64) {
        self.lost.fetch_add(again + lines, Ordering::Relaxed);
        self.lost_ever.fetch_add(lines, Ordering::Relaxed);
    }

    fn take_lost(&self) -> u64 {
        self.lost.swap(0, Ordering::Relaxed)
    }

    fn take_wish_to_reopen(&self) -> bool {
        self.wants_reopening.swap(false, Ordering::Acquire)
    }
}

/// A moment as RFC 3339 writes it, in UTC and with microseconds.
pub(crate) fn text_of(moment: jiff::Timestamp) -> String {
    format!("{moment:.6}")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn line(text: &str) -> Line {
        let mut line = Line::new();
        line.text("x", text, 10);
        line
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(20)
    }

    fn open(folder: &TempDir) -> (AuditLog, std::path::PathBuf) {
        let path = folder.path().join("audit.log");
        (
            AuditLog::open(AuditTarget::File(path.clone())).unwrap(),
            path,
        )
    }

    #[test]
    fn lines_go_to_the_end_of_a_file_that_its_owner_can_read() {
        let folder = TempDir::new().unwrap();
        for text in ["a", "b"] {
            let (log, _) = open(&folder);
            log.write(line(text));
            assert!(log.finish(soon()));
        }
        let (_, path) = open(&folder);
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "{\"x\":\"a\"}\n{\"x\":\"b\"}\n"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_was_moved_away_is_followed_by_another() {
        let folder = TempDir::new().unwrap();
        let (log, path) = open(&folder);
        let old = folder.path().join("audit.log.1");
        log.write(line("a"));
        assert!(log.finish(soon()));
        fs::rename(&path, &old).unwrap();
        log.write(line("b"));
        assert!(log.finish(soon()));
        log.reopen();
        log.write(line("c"));
        assert!(log.finish(soon()));
        assert_eq!(
            fs::read_to_string(&old).unwrap(),
            "{\"x\":\"a\"}\n{\"x\":\"b\"}\n"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"x\":\"c\"}\n");
        fs::remove_file(&path).unwrap();
        log.reopen();
        assert!(log.finish(soon()));
        assert!(path.exists(), "also if nothing is to be written");
    }

    /// What cannot be written is counted, and the log says how much is missing.
    #[cfg(target_os = "linux")]
    #[test]
    fn lost_lines_are_counted_and_told() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("audit.log");
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
        let log = AuditLog::open(AuditTarget::File(path.clone())).unwrap();
        for _ in 0..3 {
            log.write(line("a"));
        }
        assert!(log.finish(soon()));
        assert_eq!(log.lost(), 3);
        fs::remove_file(&path).unwrap();
        log.reopen();
        log.write(line("b"));
        assert!(log.finish(soon()));
        let text = fs::read_to_string(&path).unwrap();
        let (told, rest) = text.split_once('\n').unwrap();
        assert!(
            told.ends_with(",\"event\":\"lines_lost\",\"lines\":3}"),
            "{told}"
        );
        assert_eq!(rest, "{\"x\":\"b\"}\n");
        assert_eq!(log.lost(), 3);
    }

    /// A reader that has stopped keeps nobody waiting, and memory is bounded.
    #[cfg(unix)]
    #[test]
    fn a_log_that_is_stuck_keeps_nobody_waiting() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let reader = std::thread::spawn({
            let path = path.clone();
            move || fs::File::open(path).unwrap()
        });
        let log = AuditLog::open(AuditTarget::File(path)).unwrap();
        let reader = reader.join().unwrap();
        for _ in 0..2 * LINES {
            log.write(line("a"));
        }
        assert!(log.lost() > 0);
        assert!(log.shared.waiting.load(Ordering::Relaxed) <= BYTES);
        assert!(!log.finish(Instant::now()));
        drop(reader);
    }
}
