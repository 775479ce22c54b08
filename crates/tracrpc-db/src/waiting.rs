//! How long a request waits for others who use the database.
//!
//! Who waits does so for a connection, for its turn to write, or for a lock of
//! another program. Each of these has its bound; the waits of one request
//! together have no other than one of them alone, however often it waits and
//! however many wait before it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::{Cancel, Error, ErrorKind};

/// A wait that is longer makes the thread step aside.
const SHORT: Duration = Duration::from_millis(10);

/// How long a request may wait that others have kept from beginning.
const AT_LEAST: Duration = Duration::from_millis(500);

/// How long a thread waits for another program while it keeps others from
/// being served, and cannot step aside.
const CORNERED: Duration = Duration::from_secs(1);

/// Where a thread is one of a few that serve many.
pub trait StepAside: Send + Sync {
    /// The calling thread is about to wait for long, and another one is to do
    /// its work meanwhile. False if too many wait already.
    fn step_aside(&self) -> bool;

    /// The thread goes on.
    fn step_back(&self);
}

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// Other threads of this process, which are busy.
    Us,
    /// Another program, which holds the database.
    Others,
}

/// How long one request may still wait, all in all.
///
/// Clones count together.
#[derive(Clone)]
pub struct WaitBudget {
    inner: Arc<Inner>,
    cancel: Cancel,
}

struct Inner {
    /// How long it was kept from beginning.
    queued: Duration,
    waited_for_us: Elapsed,
    waited_for_others: Elapsed,
    aside: Option<Arc<dyn StepAside>>,
    /// Whether it waits at all.
    is_patient: bool,
}

impl WaitBudget {
    /// That of a request which has waited for `queued` before it was begun.
    /// `aside` is told when its thread has to wait for long.
    pub fn new(queued: Duration, aside: Arc<dyn StepAside>) -> WaitBudget {
        WaitBudget::of(queued, Some(aside), true)
    }

    /// That of somebody who keeps nobody else from being served.
    pub(crate) fn alone() -> WaitBudget {
        WaitBudget::of(Duration::ZERO, None, true)
    }

    /// That of somebody who fails where it would have to wait.
    pub fn none() -> WaitBudget {
        WaitBudget::of(Duration::ZERO, None, false)
    }

    fn of(queued: Duration, aside: Option<Arc<dyn StepAside>>, is_patient: bool) -> WaitBudget {
        WaitBudget {
            inner: Arc::new(Inner {
                queued,
                waited_for_us: Elapsed::default(),
                waited_for_others: Elapsed::default(),
                aside,
                is_patient,
            }),
            cancel: Cancel::never(),
        }
    }

    /// The same for a request that may be given up: then its waits end, and so do its
    /// statements.
    #[must_use]
    pub fn until(self, cancel: Cancel) -> WaitBudget {
        WaitBudget { cancel, ..self }
    }

    /// Whether the request is given up.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// What is left of `limit`. Another program is waited for as long whether
    /// or not our own writers came first.
    fn left(&self, limit: Duration, awaited: For) -> Duration {
        let Inner { queued, .. } = *self.inner;
        if !self.inner.is_patient || self.cancel.is_set() {
            return Duration::ZERO;
        }
        let allowed = limit.saturating_sub(queued).max(limit.min(AT_LEAST));
        let for_us = match awaited {
            For::Us => self.inner.waited_for_us.get(),
            For::Others => Duration::ZERO,
        };
        allowed.saturating_sub(self.inner.waited_for_others.get() + for_us)
    }

    fn has_waited(&self, time: Duration, awaited: For) {
        match awaited {
            For::Us => self.inner.waited_for_us.add(time),
            For::Others => self.inner.waited_for_others.add(time),
        }
    }
}

/// A thread that has stepped aside, until this is dropped.
pub(crate) struct SteppedAside(Option<Arc<dyn StepAside>>);

impl WaitBudget {
    /// The thread waits for something else than the database; if it can, another does
    /// its work meanwhile.
    pub(crate) fn step_aside(&self) -> SteppedAside {
        let aside = self.inner.aside.clone();
        SteppedAside(aside.filter(|aside| aside.step_aside()))
    }
}

impl Drop for SteppedAside {
    fn drop(&mut self) {
        if let Some(aside) = &self.0 {
            aside.step_back();
        }
    }
}

impl fmt::Debug for WaitBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitBudget")
            .field("queued", &self.inner.queued)
            .field("is_patient", &self.inner.is_patient)
            .finish_non_exhaustive()
    }
}

/// A time that only grows, in microseconds.
#[derive(Default)]
struct Elapsed(AtomicU64);

impl Elapsed {
    fn get(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }

    fn add(&self, time: Duration) {
        let microseconds = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.0.fetch_add(microseconds, Ordering::Relaxed);
    }
}

/// A wait, in which the thread looks again and again whether it is over.
pub(crate) struct Wait {
    limit: Duration,
    waited: Duration,
    budget: WaitBudget,
    place: Place,
}

/// Whether a thread that waits keeps others from being served.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Inside,
    Aside,
    Cornered,
}

impl Wait {
    /// Begins to wait, no longer than `limit`, and no longer than the budget has it.
    pub(crate) fn begin(budget: &WaitBudget, limit: Duration) -> Wait {
        Wait {
            limit,
            waited: Duration::ZERO,
            budget: budget.clone(),
            place: Place::Inside,
        }
    }

    /// Waits for `awaited` by `pause`, which takes about the time that it is given, and at
    /// most `longest`. False if there is no patience left to wait.
    pub(crate) fn pause_by(
        &mut self,
        awaited: For,
        longest: Duration,
        pause: impl FnOnce(Duration),
    ) -> bool {
        let left = self.budget.left(self.limit, awaited);
        if left.is_zero() {
            return false;
        }
        if self.place != Place::Aside && self.waited >= SHORT {
            self.step_aside();
        }
        let start = Instant::now();
        let longest = if self.waited < SHORT {
            longest.min(SHORT)
        } else {
            longest
        };
        pause(left.min(longest));
        let time = start.elapsed();
        self.waited += time;
        self.budget.has_waited(time, awaited);
        true
    }

    /// Waits for another program, which tells nobody when it is done.
    pub(crate) fn pause(&mut self, time: Duration) -> bool {
        !self.is_cornered() && self.pause_by(For::Others, time, std::thread::sleep)
    }

    /// Whether the thread has kept others from being served for too long to
    /// go on if it waits for another program.
    pub(crate) fn is_cornered(&self) -> bool {
        self.is_in_the_way() && self.waited >= CORNERED
    }

    /// Whether the thread keeps others from being served and cannot step aside.
    pub(crate) fn is_in_the_way(&self) -> bool {
        self.place == Place::Cornered
    }

    fn step_aside(&mut self) {
        self.place = match &self.budget.inner.aside {
            None => Place::Inside,
            Some(aside) if aside.step_aside() => Place::Aside,
            Some(_) => Place::Cornered,
        };
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let (Place::Aside, Some(aside)) = (self.place, &self.budget.inner.aside) {
            aside.step_back();
        }
    }
}

/// What is said when a wait was in vain.
pub(crate) fn in_vain(awaited: &str, limit: Duration) -> Error {
    let seconds = limit.as_secs();
    Error::new(
        ErrorKind::Locked,
        format!("Unable to get {awaited} within {seconds} seconds."),
    )
}
