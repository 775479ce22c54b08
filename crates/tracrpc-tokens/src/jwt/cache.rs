//! Keys that are fetched from elsewhere, and how long they count.
//!
//! Who asks about a key that is not among them has them fetched, but not more often than once
//! in a while, whatever tokens come; one fetches, and a few wait for it. Those that are there
//! are fetched anew now and then, beside the requests: an issuer that withdraws a key is
//! followed. While it does not answer the last ones count, for a bounded time.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::keys::KeySet;

/// How often keys are asked for at most.
const PAUSE: Duration = Duration::from_secs(30);

/// The age at which keys are fetched anew.
const STALE: Duration = Duration::from_secs(10 * 60);

/// The age at which keys count no more.
const LASTS: Duration = Duration::from_secs(24 * 60 * 60);

/// How many requests wait for the same keys.
const MOST_WAITING: usize = 16;

/// How long they wait.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is found of keys for a token.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// These; one of them may fit.
    Keys(Arc<KeySet>),
    /// None of them fits.
    None,
    /// Nobody knows.
    Unknown,
}

type Fetch = dyn Fn() -> Result<KeySet, String> + Send + Sync;

/// Whether keys have what is looked for.
type Fits<'a> = &'a dyn Fn(&KeySet) -> bool;

/// Keys that are fetched from elsewhere.
pub(super) struct Remote {
    fetch: Box<Fetch>,
    times: Times,
    state: Mutex<State>,
    fetched: Condvar,
}

#[derive(Clone, Copy)]
struct Times {
    pause: Duration,
    stale: Duration,
    lasts: Duration,
}

#[derive(Default)]
struct State {
    keys: Option<(Arc<KeySet>, Instant)>,
    /// When they were asked for the last time.
    tried: Option<Instant>,
    is_under_way: bool,
    waiting: usize,
}

impl Remote {
    /// Keys that `fetch` gets, when they are first looked for.
    pub(super) fn new(
        fetch: impl Fn() -> Result<KeySet, String> + Send + Sync + 'static,
    ) -> Arc<Self> {
        let times = Times {
            pause: PAUSE,
            stale: STALE,
            lasts: LASTS,
        };
        Self::with(times, fetch)
    }

    fn with(
        times: Times,
        fetch: impl Fn() -> Result<KeySet, String> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            fetch: Box::new(fetch),
            times,
            state: Mutex::default(),
            fetched: Condvar::new(),
        })
    }

    /// The keys, if they are known or not to be asked for now. None: to be [found](Self::find).
    pub(super) fn recall(self: &Arc<Self>, fits: Fits<'_>) -> Option<Found> {
        let mut state = self.lock();
        let found = self.look(&state, fits);
        if self.is_stale(&state) && self.may_try(&state) && matches!(found, Some(Found::Keys(_))) {
            state.begin();
            drop(state);
            self.fetch_beside();
        }
        found
    }

    /// The keys, which are fetched if need be.
    pub(super) fn find(&self, fits: Fits<'_>) -> Found {
        let mut state = self.lock();
        if let Some(found) = self.look(&state, fits) {
            return found;
        }
        if state.is_under_way {
            state = self.wait(state);
        } else {
            state.begin();
            drop(state);
            self.fetch_now();
            state = self.lock();
        }
        // What is still not known is not asked for again at once.
        let found = self.look(&state, fits);
        found.unwrap_or(Found::Unknown)
    }

    /// Has them fetched again with the next token, however fresh they are.
    pub(super) fn forget_when(&self) {
        let mut state = self.lock();
        state.tried = None;
        let before = Instant::now().checked_sub(self.times.stale);
        if let (Some((_, since)), Some(before)) = (&mut state.keys, before) {
            *since = before.min(*since);
        }
    }

    /// What is known now; none if it should be asked for.
    fn look(&self, state: &State, fits: Fits<'_>) -> Option<Found> {
        let may_ask = state.is_under_way || self.may_try(state);
        let keys = state.keys.as_ref();
        let keys = keys.filter(|(_, since)| since.elapsed() < self.times.lasts);
        match keys {
            Some((keys, _)) if fits(keys) => Some(Found::Keys(Arc::clone(keys))),
            _ if may_ask => None,
            Some(_) => Some(Found::None),
            None => Some(Found::Unknown),
        }
    }

    fn is_stale(&self, state: &State) -> bool {
        let keys = state.keys.as_ref();
        keys.is_some_and(|(_, since)| since.elapsed() >= self.times.stale)
    }

    fn may_try(&self, state: &State) -> bool {
        let tried = state.tried;
        !state.is_under_way && tried.is_none_or(|tried| tried.elapsed() >= self.times.pause)
    }

    /// Waits for who fetches, unless many do.
    fn wait<'a>(&self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        if state.waiting >= MOST_WAITING {
            return state;
        }
        state.waiting += 1;
        let waited = self
            .fetched
            .wait_timeout_while(state, PATIENCE, |state| state.is_under_way);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        state
    }

    fn fetch_beside(self: &Arc<Self>) {
        let this = Arc::clone(self);
        let fetching = std::thread::Builder::new().name("tracrpc-keys".to_owned());
        if fetching.spawn(move || this.fetch_now()).is_err() {
            self.lock().is_under_way = false;
        }
    }

    fn fetch_now(&self) {
        let done = Done(self);
        match (self.fetch)() {
            Ok(keys) => self.lock().keys = Some((Arc::new(keys), Instant::now())),
            Err(error) => {
                let remain = self.lock().keys.is_some();
                tracing::warn!(
                    error,
                    last_ones_count = remain,
                    "keys of JSON Web Tokens are not to be had"
                );
            }
        }
        drop(done);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn begin(&mut self) {
        self.tried = Some(Instant::now());
        self.is_under_way = true;
    }
}

/// However a fetch ends, those who wait for it go on.
struct Done<'a>(&'a Remote);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.lock().is_under_way = false;
        self.0.fetched.notify_all();
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const NEVER: Duration = Duration::from_secs(3600);
    const AT_ONCE: Duration = Duration::ZERO;

    /// Keys whose fetches are counted; they succeed as `succeeds` says of their number.
    fn remote(times: Times, succeeds: fn(usize) -> bool) -> (Arc<Remote>, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let fetch = move || match succeeds(counted.fetch_add(1, Ordering::SeqCst)) {
            true => Ok(KeySet::default()),
            false => Err("away".to_owned()),
        };
        (Remote::with(times, fetch), count)
    }

    fn times(pause: Duration, stale: Duration, lasts: Duration) -> Times {
        Times {
            pause,
            stale,
            lasts,
        }
    }

    #[test]
    fn unknown_keys_are_asked_for_once_in_a_while() {
        let (remote, count) = remote(times(NEVER, NEVER, NEVER), |_| true);
        assert!(remote.recall(&|_| true).is_none(), "they are to be fetched");
        assert_eq!(count.load(Ordering::SeqCst), 0);
        assert!(matches!(remote.find(&|_| true), Found::Keys(_)));
        for _ in 0..10 {
            assert!(matches!(remote.recall(&|_| false), Some(Found::None)));
            assert!(matches!(remote.find(&|_| false), Found::None));
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
        remote.forget_when();
        assert!(matches!(remote.find(&|_| false), Found::None));
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn the_last_keys_count_while_there_are_no_others() {
        let (remote, count) = remote(times(AT_ONCE, AT_ONCE, NEVER), |number| number == 0);
        assert!(matches!(remote.find(&|_| true), Found::Keys(_)));
        for _ in 0..3 {
            assert!(matches!(remote.recall(&|_| true), Some(Found::Keys(_))));
        }
        while count.load(Ordering::SeqCst) < 2 {
            std::thread::yield_now();
        }
        assert!(matches!(remote.recall(&|_| true), Some(Found::Keys(_))));
    }

    #[test]
    fn keys_do_not_count_forever() {
        let (remote, _) = remote(times(NEVER, NEVER, AT_ONCE), |number| number == 0);
        assert!(matches!(remote.find(&|_| true), Found::Unknown));
    }

    #[test]
    fn many_wait_for_one_fetch() {
        let (enter, entered) = std::sync::mpsc::channel::<()>();
        let entered = Mutex::new(entered);
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let remote = Remote::with(times(NEVER, NEVER, NEVER), move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = entered.lock().unwrap().recv();
            Ok(KeySet::default())
        });
        std::thread::scope(|scope| {
            let finds: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| remote.find(&|_| true)))
                .collect();
            while remote.lock().waiting < 7 {
                std::thread::yield_now();
            }
            enter.send(()).unwrap();
            for find in finds {
                assert!(matches!(find.join().unwrap(), Found::Keys(_)));
            }
        });
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}
