//! The thread that writes the audit log.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use super::Shared;
use super::line::Line;
use crate::operations::AuditTarget;

/// How many bytes are written at a time, about.
const BATCH: usize = 64 * 1024;

/// What is sent to the thread.
pub(super) enum Item {
    /// A line, with the end of it.
    Line(String),
    /// Somebody wants the file to be opened anew.
    Wake,
    /// Somebody waits until everything before this is written.
    Finish(SyncSender<()>),
}

/// Where lines go.
pub(super) struct Writer {
    target: AuditTarget,
    out: Out,
    shared: Arc<Shared>,
    /// Whether the last line is only there in part.
    is_torn: bool,
    /// Whether the last attempt failed, which is said once.
    has_failed: bool,
}

enum Out {
    File(File),
    StandardOutput,
}

impl Writer {
    /// Opens the target.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub(super) fn open(target: AuditTarget, shared: Arc<Shared>) -> io::Result<Self> {
        Ok(Self {
            out: Out::open(&target)?,
            target,
            shared,
            is_torn: false,
            has_failed: false,
        })
    }

    /// Writes what comes until nobody can send any more.
    pub(super) fn run(mut self, queue: &Receiver<Item>) {
        while let Ok(first) = queue.recv() {
            let (mut batch, mut count, mut waiting) = (String::new(), 0, Vec::new());
            let mut next = Some(first);
            while let Some(item) = next {
                match item {
                    Item::Line(line) => {
                        batch.push_str(&line);
                        count += 1;
                    }
                    Item::Wake => {}
                    Item::Finish(done) => waiting.push(done),
                }
                next = match batch.len() < BATCH {
                    true => queue.try_recv().ok(),
                    false => None,
                };
            }
            if self.shared.take_wish_to_reopen() {
                self.reopen();
            }
            self.write(&batch, count);
            if !waiting.is_empty() {
                self.sync();
                for done in waiting {
                    // Who waited may have given up.
                    let _ = done.send(());
                }
            }
        }
    }

    /// Writes whole lines, before them how many could not be since the last time.
    fn write(&mut self, batch: &str, count: u64) {
        self.shared.written(batch.len());
        let lost = self.shared.take_lost();
        if batch.is_empty() && lost == 0 {
            return;
        }
        let mut text = String::with_capacity(batch.len() + 100);
        if self.is_torn {
            text.push('\n');
        }
        if lost > 0 {
            text.push_str(&confession(lost));
        }
        text.push_str(batch);
        match self.put(text.as_bytes()) {
            Ok(()) => (self.is_torn, self.has_failed) = (false, false),
            Err((error, written)) => {
                self.is_torn = written > 0 || self.is_torn;
                self.shared.lose(lost, count);
                if !std::mem::replace(&mut self.has_failed, true) {
                    tracing::error!(%error, "the audit log cannot be written; lines are lost");
                }
            }
        }
    }

    /// Writes all of it, or says how many bytes were written until it failed.
    fn put(&mut self, bytes: &[u8]) -> Result<(), (io::Error, usize)> {
        let mut written = 0;
        while written < bytes.len() {
            let rest = &bytes[written..];
            let done = match &mut self.out {
                Out::File(file) => file.write(rest),
                Out::StandardOutput => io::stdout().write(rest),
            };
            match done {
                Ok(0) => return Err((io::ErrorKind::WriteZero.into(), written)),
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err((error, written)),
            }
        }
        match self.out {
            Out::File(_) => Ok(()),
            Out::StandardOutput => io::stdout().flush().map_err(|error| (error, written)),
        }
    }

    /// Goes on in the file that has the name now. One that cannot be opened leaves
    /// everything as it is.
    fn reopen(&mut self) {
        match Out::open(&self.target) {
            Ok(out) => (self.out, self.is_torn) = (out, false),
            Err(error) => tracing::error!(%error, "the audit log cannot be opened anew"),
        }
    }

    fn sync(&self) {
        if let Out::File(file) = &self.out
            && let Err(error) = file.sync_data()
        {
            // A pipe, or a device, is as safe as it gets.
            tracing::debug!(%error, "the audit log is not synced");
        }
    }
}

impl Out {
    fn open(target: &AuditTarget) -> io::Result<Self> {
        let AuditTarget::File(path) = target else {
            return Ok(Self::StandardOutput);
        };
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map(Self::File)
    }
}

/// The line that says how many are missing.
fn confession(lost: u64) -> String {
    let mut line = Line::new();
    line.text("time", &super::text_of(jiff::Timestamp::now()), 40);
    line.text("event", "lines_lost", 40);
    line.number("lines", Some(i64::try_from(lost).unwrap_or(i64::MAX)));
    line.finish() + "\n"
}
