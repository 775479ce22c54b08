//! What a plugin's threads share: whether it can be asked, and whose turn it is.

use std::sync::atomic::AtomicU64;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tracrpc_plugin_protocol::messages::{Environment, PluginRow};

use super::connection::{Connection, Process};
use super::error::Failure;
use super::pending::Place;
use super::process::Body;
use super::settings::Settings;
use super::signal::Signal;
use super::signals::Ending;
use super::status::State;

/// How many may wait for a plugin of which is not known yet how many requests it takes.
const FIRST_QUEUE: usize = 64;

/// What a plugin's threads share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    /// What a process is told when it begins.
    environments: Mutex<Vec<Environment>>,
    core: Mutex<Core>,
    changed: Condvar,
    pub(crate) signals: Sender<Signal>,
    supervisor: Mutex<Option<JoinHandle<()>>>,
    /// All processes that may still live.
    bodies: Mutex<Vec<Weak<Body>>>,
    pub(crate) restarts: AtomicU64,
    pub(crate) calls: AtomicU64,
    pub(crate) errors: AtomicU64,
}

/// What is true of a plugin at a moment.
pub(crate) struct Core {
    pub(crate) phase: Phase,
    /// The process that answers.
    pub(crate) current: Option<Arc<Live>>,
    /// How many wait for their turn.
    waiting: usize,
    pub(crate) last_end: Option<String>,
    /// How many processes have ended that should not have.
    pub(crate) ends: u64,
}

/// Whether a plugin can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Starting,
    Ready,
    Waiting(Instant),
    Stopped,
}

impl Phase {
    pub(super) fn state(self) -> State {
        match self {
            Self::Starting => State::Starting,
            Self::Ready => State::Ready,
            Self::Waiting(until) => State::Waiting {
                left: until.saturating_duration_since(Instant::now()),
            },
            Self::Stopped => State::Stopped,
        }
    }
}

/// How many may wait for their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    /// As many as the plugin answers at a time.
    Short,
    /// Any number, which do not count among the others.
    Any,
}

/// A process that can be asked.
pub(crate) struct Live {
    pub(crate) connection: Arc<Connection>,
    pub(crate) body: Arc<Body>,
    /// What it says of itself.
    pub(crate) about: PluginRow,
}

/// A place among the requests that a process answers at a time.
struct Slot {
    shared: Arc<Shared>,
    connection: Arc<Connection>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let core = self.shared.lock();
        self.connection.release();
        drop(core);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    /// Those of a plugin that is about to be started.
    pub(crate) fn new(settings: Settings, signals: Sender<Signal>) -> Self {
        Self {
            environments: Mutex::new(settings.environments.clone()),
            settings,
            core: Mutex::new(Core {
                phase: Phase::Starting,
                current: None,
                waiting: 0,
                last_end: None,
                ends: 0,
            }),
            changed: Condvar::new(),
            signals,
            supervisor: Mutex::new(None),
            bodies: Mutex::default(),
            restarts: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            errors: AtomicU64::new(0),
        }
    }

    /// Takes note of a process that has begun.
    pub(super) fn born(&self, body: &Arc<Body>) {
        let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        bodies.retain(|body| body.strong_count() > 0);
        bodies.push(Arc::downgrade(body));
    }

    /// Has all processes end that still live.
    pub(super) fn end_all(&self, how: Ending) {
        let bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        let living = bodies.iter().filter_map(Weak::upgrade);
        living.for_each(|body| body.end(how));
    }

    /// What a process is told when it begins.
    pub(super) fn environments(&self) -> Vec<Environment> {
        self.known().clone()
    }

    pub(super) fn know(&self, environment: &Environment) {
        let mut known = self.known();
        known.retain(|other| other.name != environment.name);
        known.push(environment.clone());
    }

    fn known(&self) -> MutexGuard<'_, Vec<Environment>> {
        let known = self.environments.lock();
        known.unwrap_or_else(PoisonError::into_inner)
    }

    /// A process for a request, that of `wanted` if there is one, and the place that the
    /// request takes there. At `deadline` nobody waits for one any more.
    pub(super) fn admit(
        self: &Arc<Self>,
        wanted: Option<&Process>,
        deadline: Instant,
        queue: Queue,
    ) -> Result<(Arc<Connection>, Place), Failure> {
        let mut core = self.lock();
        loop {
            match core.phase {
                Phase::Stopped | Phase::Waiting(_) => return Err(Failure::Unavailable),
                Phase::Starting | Phase::Ready => {}
            }
            let current = core.current.as_ref().map(|live| &live.connection);
            let connection = wanted.map(|process| &process.connection).or(current);
            if let Some(connection) = connection
                && connection.take_place()
            {
                let slot = Slot {
                    shared: Arc::clone(self),
                    connection: Arc::clone(connection),
                };
                return Ok((Arc::clone(connection), Box::new(slot)));
            }
            if wanted.is_some_and(|process| process.connection.is_closed()) {
                return Err(Failure::Unavailable);
            }
            let most = connection.map_or(FIRST_QUEUE, |connection| connection.concurrency());
            let counts = usize::from(queue == Queue::Short);
            if counts > 0 && core.waiting >= most {
                return Err(Failure::Overloaded);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::TimedOut);
            }
            core.waiting += counts;
            core = self.wait(core, left);
            core.waiting -= counts;
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait<'a>(
        &self,
        core: MutexGuard<'a, Core>,
        most: Duration,
    ) -> MutexGuard<'a, Core> {
        let waited = self.changed.wait_timeout(core, most);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    pub(super) fn supervisor(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        let thread = self.supervisor.lock();
        thread.unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is true, and wakes who waits for that.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Core)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}
