//! What a plugin writes into the server's log, so that it cannot fill it.

use std::io::{BufRead, Read};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many lines a plugin may write at once.
const BURST: u32 = 200;

/// How long it takes until it may write another.
const EVERY: Duration = Duration::from_millis(50);

/// How much of a line is written, in bytes.
const LINE: usize = 4096;

/// Lets so many lines through, and counts the others.
pub(crate) struct Throttle {
    state: Mutex<Bucket>,
}

struct Bucket {
    left: u32,
    filled: Instant,
    dropped: u64,
}

impl Throttle {
    /// A throttle that is open.
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(Bucket {
                left: BURST,
                filled: Instant::now(),
                dropped: 0,
            }),
        }
    }

    /// Whether a line may be written: if so, how many were not since the last.
    pub(crate) fn admit(&self) -> Option<u64> {
        let mut bucket = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.fill(Instant::now());
        match bucket.left.checked_sub(1) {
            Some(left) => {
                bucket.left = left;
                Some(std::mem::take(&mut bucket.dropped))
            }
            None => {
                bucket.dropped += 1;
                None
            }
        }
    }
}

impl Bucket {
    fn fill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.filled);
        let more = u32::try_from(elapsed.as_millis() / EVERY.as_millis()).unwrap_or(BURST);
        if more > 0 {
            self.left = self.left.saturating_add(more).min(BURST);
            self.filled = now;
        }
    }
}

/// Copies the lines of `from`, a plugin's standard error, into the log until it ends.
pub(crate) fn copy(plugin: &str, mut from: impl BufRead, throttle: &Throttle) {
    let most = u64::try_from(LINE).unwrap_or(u64::MAX);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut from).take(most).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        if line.last() != Some(&b'\n') && from.skip_until(b'\n').is_err() {
            return;
        }
        if let Some(dropped) = throttle.admit() {
            let line = readable(&line);
            tracing::info!(plugin, dropped, "{line}");
        }
    }
}

/// A line without its end and without what a terminal would obey.
pub(crate) fn readable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let shown = |character: char| match character {
        '\t' => '\t',
        other if other.is_control() => '\u{fffd}',
        other => other,
    };
    text.trim_end().chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_and_counted() {
        let throttle = Throttle::new();
        let written = (0..10_000).filter(|_| throttle.admit().is_some()).count();
        assert!((200..1000).contains(&written), "{written}");
        std::thread::sleep(EVERY * 3);
        assert!(throttle.admit().is_some_and(|dropped| dropped > 0));
    }

    #[test]
    fn terminals_are_not_told_anything() {
        assert_eq!(readable(b"a\x1b[31mb\xff\r\n"), "a\u{fffd}[31mb\u{fffd}");
    }
}
