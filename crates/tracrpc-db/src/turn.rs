//! Whose turn it is to write.
//!
//! One thread writes at a time; the others wait here and not for a lock of the
//! database, which would have them poll.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Error;
use crate::waiting::{For, Wait, WaitBudget, in_vain};

/// How often who waits looks whether the holder waits for another program.
const LOOK: Duration = Duration::from_millis(500);

/// A holder that has waited so long is kept by another program.
const KEPT: Duration = Duration::from_secs(1);

/// The right to write, which one thread has at a time.
#[derive(Default)]
pub(crate) struct Turnstile {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    is_taken: bool,
    /// Since when the holder waits for the lock of the database.
    waits_since: Option<Instant>,
}

/// The right to write, until it is dropped.
pub(crate) struct Taken<'a>(&'a Turnstile);

impl Turnstile {
    /// Waits for the turn, no longer than `limit`.
    ///
    /// # Errors
    /// `Locked` if it does not come, or if the thread had better not wait: it
    /// keeps others from being served, and the database is another program's.
    pub(crate) fn take(&self, budget: &WaitBudget, limit: Duration) -> Result<Taken<'_>, Error> {
        let mut wait = Wait::begin(budget, limit);
        let mut state = Some(self.lock());
        loop {
            let Some(current) = state.as_mut() else {
                return Err(in_vain("the turn to write", limit));
            };
            if !current.is_taken {
                current.is_taken = true;
                return Ok(Taken(self));
            }
            let is_kept = current
                .waits_since
                .is_some_and(|since| since.elapsed() >= KEPT);
            if is_kept && wait.is_in_the_way() {
                return Err(in_vain("the turn to write", KEPT));
            }
            let awaited = match current.waits_since {
                Some(_) => For::Others,
                None => For::Us,
            };
            let current = state.take();
            wait.pause_by(awaited, LOOK, |time| {
                state = current.map(|current| {
                    let waited = self.freed.wait_timeout(current, time);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                });
            });
        }
    }

    /// The holder begins, or has ceased, to wait for the database.
    pub(crate) fn holder_waits(&self, waits: bool) {
        self.lock().waits_since = waits.then(Instant::now);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *self.0.lock() = State::default();
        self.0.freed.notify_one();
    }
}
