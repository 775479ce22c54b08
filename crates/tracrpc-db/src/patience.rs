//! How long a thread waits for others who use the database.
//!
//! Who waits does so for a connection, for its turn to write, or for a lock of
//! another program. Each of these has its bound; the waits of one request
//! together have no other than one of them alone, however often it waits and
//! however many wait before it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::{Error, ErrorKind};

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

/// The request that a thread works on.
struct Request {
    /// How long it was kept from beginning.
    queued: Duration,
    waited_for_us: Cell<Duration>,
    waited_for_others: Cell<Duration>,
    aside: Option<Arc<dyn StepAside>>,
    /// Whether it waits at all.
    is_patient: bool,
}

thread_local! {
    static REQUEST: RefCell<Option<Rc<Request>>> = const { RefCell::new(None) };
}

/// Runs `f`, whose waits are those of one request: together they take no
/// longer than a single one may. `queued` is how long it has waited to be run,
/// `aside` who is told when it has to wait for long.
pub fn as_one_request<T>(queued: Duration, aside: Arc<dyn StepAside>, f: impl FnOnce() -> T) -> T {
    within(Request::new(queued, Some(aside), true), f)
}

/// Runs `f`, which fails where it would have to wait.
pub fn without_waiting<T>(f: impl FnOnce() -> T) -> T {
    within(Request::new(Duration::ZERO, None, false), f)
}

/// Runs `f`, whose waits are those of one request if they are not yet.
pub(crate) fn together<T>(f: impl FnOnce() -> T) -> T {
    if REQUEST.with_borrow(Option::is_some) {
        return f();
    }
    within(Request::new(Duration::ZERO, None, true), f)
}

fn within<T>(request: Request, f: impl FnOnce() -> T) -> T {
    let outer = REQUEST.replace(Some(Rc::new(request)));
    let _restored = Restored(outer);
    f()
}

/// Puts the outer request back in the end, also after a panic.
struct Restored(Option<Rc<Request>>);

impl Drop for Restored {
    fn drop(&mut self) {
        REQUEST.set(self.0.take());
    }
}

impl Request {
    fn new(queued: Duration, aside: Option<Arc<dyn StepAside>>, is_patient: bool) -> Request {
        let [waited_for_us, waited_for_others] = [Cell::default(), Cell::default()];
        Request {
            queued,
            waited_for_us,
            waited_for_others,
            aside,
            is_patient,
        }
    }

    /// What is left of `limit`. Another program is waited for as long whether
    /// or not our own writers came first.
    fn left(&self, limit: Duration, awaited: For) -> Duration {
        if !self.is_patient {
            return Duration::ZERO;
        }
        let allowed = limit.saturating_sub(self.queued).max(limit.min(AT_LEAST));
        let for_us = match awaited {
            For::Us => self.waited_for_us.get(),
            For::Others => Duration::ZERO,
        };
        allowed.saturating_sub(self.waited_for_others.get() + for_us)
    }

    fn has_waited(&self, time: Duration, awaited: For) {
        let sum = match awaited {
            For::Us => &self.waited_for_us,
            For::Others => &self.waited_for_others,
        };
        sum.set(sum.get() + time);
    }
}

/// A wait, in which the thread looks again and again whether it is over.
pub(crate) struct Wait {
    limit: Duration,
    waited: Duration,
    request: Option<Rc<Request>>,
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
    /// Begins to wait, no longer than `limit`.
    pub(crate) fn begin(limit: Duration) -> Wait {
        let request = REQUEST.with_borrow(Clone::clone);
        Wait {
            limit,
            waited: Duration::ZERO,
            request,
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
        let left = match &self.request {
            Some(request) => request.left(self.limit, awaited),
            None => self.limit.saturating_sub(self.waited),
        };
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
        if let Some(request) = &self.request {
            request.has_waited(time, awaited);
        }
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
        let aside = self
            .request
            .as_ref()
            .and_then(|request| request.aside.as_ref());
        self.place = match aside {
            None => Place::Inside,
            Some(aside) if aside.step_aside() => Place::Aside,
            Some(_) => Place::Cornered,
        };
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if self.place == Place::Aside
            && let Some(aside) = self
                .request
                .as_ref()
                .and_then(|request| request.aside.as_ref())
        {
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
