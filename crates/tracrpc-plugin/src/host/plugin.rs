//! A plugin as those see it who ask it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tracrpc_plugin_protocol::messages::{Ask, CallAnswer, Describe, HostCall};
use tracrpc_plugin_protocol::{ErrorCode, Message, RpcError, Shape};
use tracrpc_wire::{Fault, Value};

use super::connection::{Connection, Process};
use super::error::Failure;
use super::pending::{Arrival, Pending, Sink};
use super::process::{Body, spawn};
use super::settings::Settings;
use super::status::{State, Status};
use super::supervisor::{self, Signal};

/// How deep a plugin may be called within calls that it makes itself.
pub const MAX_DEPTH: usize = 8;

/// How many may wait for a plugin of which is not known yet how many requests it takes.
const FIRST_QUEUE: usize = 64;

/// A program that extends the server, and the thread that keeps it running.
///
/// A clone is the same plugin.
#[derive(Clone)]
pub struct Plugin {
    shared: Arc<Shared>,
}

/// What happens to a plugin that others may have to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A new process is ready, the first or a later one.
    Ready,
    /// It would describe itself otherwise now, for the environment of that name or all.
    Changed(Option<String>),
}

/// Who follows what happens to a plugin, on a thread that is there for that and may ask
/// the plugin.
pub trait Observer: Send + Sync {
    /// Something has happened.
    fn notice(&self, plugin: &Plugin, notice: Notice);
}

impl<F: Fn(&Plugin, Notice) + Send + Sync> Observer for F {
    fn notice(&self, plugin: &Plugin, notice: Notice) {
        self(plugin, notice);
    }
}

/// How a plugin is asked.
pub struct Asking<'a> {
    deadline: Instant,
    within: Option<&'a Nesting>,
    process: Option<&'a Process>,
    host: Option<HostCalls<'a>>,
}

/// Answers what the plugin asks in turn. What is called by it and asks the plugin again
/// has to say so by [`Asking::within`].
pub type HostCalls<'a> = &'a mut dyn FnMut(HostCall, &Nesting) -> Result<CallAnswer, Fault>;

/// The request within which something is asked again.
#[derive(Clone, Debug)]
pub struct Nesting {
    process: Process,
    depth: usize,
}

impl Nesting {
    /// How many requests of the plugin are around what is asked next.
    pub fn depth(&self) -> usize {
        self.depth
    }
}

impl<'a> Asking<'a> {
    /// Until `deadline` somebody waits for the answer.
    pub fn until(deadline: Instant) -> Self {
        Self {
            deadline,
            within: None,
            process: None,
            host: None,
        }
    }

    /// It is asked while it waits for the answer to a question of its own: this does not
    /// count as a further request.
    #[must_use]
    pub fn within(mut self, nesting: Option<&'a Nesting>) -> Self {
        self.within = nesting;
        self
    }

    /// This process is to answer, and no other.
    #[must_use]
    pub fn by(mut self, process: Option<&'a Process>) -> Self {
        self.process = process;
        self
    }

    /// What the plugin asks in turn is answered by `host`, on the thread that waits.
    #[must_use]
    pub fn with_host<'b>(self, host: HostCalls<'b>) -> Asking<'b>
    where
        'a: 'b,
    {
        Asking {
            deadline: self.deadline,
            within: self.within,
            process: self.process,
            host: Some(host),
        }
    }
}

impl Plugin {
    /// Starts a plugin, and returns at once. `observer` follows what happens to it.
    pub fn start(settings: Settings, observer: Arc<dyn Observer>) -> Self {
        let (signals, received) = mpsc::channel();
        let (notices, noticed) = mpsc::channel();
        let shared = Arc::new(Shared {
            settings,
            core: Mutex::new(Core {
                phase: Phase::Starting,
                current: None,
                waiting: 0,
                last_end: None,
            }),
            changed: Condvar::new(),
            signals,
            supervisor: Mutex::new(None),
            restarts: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            errors: AtomicU64::new(0),
        });
        let plugin = Self { shared };
        let told = plugin.clone();
        let tell = move || {
            noticed
                .iter()
                .for_each(|notice| observer.notice(&told, notice))
        };
        let supervised = Arc::clone(&plugin.shared);
        let supervise = move || supervisor::run(&supervised, &received, &notices);
        match spawn(plugin.name(), tell).and_then(|_| spawn(plugin.name(), supervise)) {
            Ok(thread) => *plugin.shared.supervisor() = Some(thread),
            Err(error) => {
                tracing::error!(plugin = plugin.name(), %error, "there is no thread for it");
                plugin.shared.change(|core| core.phase = Phase::Stopped);
            }
        }
        plugin
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.shared.settings.name
    }

    /// What is configured for it.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Asks it, and waits for the answer.
    ///
    /// # Errors
    /// If it is not there, has too much to do, does not answer in time, refuses, or answers
    /// what makes no sense. What it has begun is never asked again.
    pub fn ask<A: Ask>(&self, ask: A, how: Asking<'_>) -> Result<A::Answer, Failure> {
        self.ask_process(ask, how).map(|(answer, _)| answer)
    }

    /// The same, with the process that has answered.
    ///
    /// # Errors
    /// As [`Plugin::ask`].
    pub fn ask_process<A: Ask>(
        &self,
        ask: A,
        how: Asking<'_>,
    ) -> Result<(A::Answer, Process), Failure> {
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
        let answered = self.exchange(ask, how);
        if let Err(failure) = &answered
            && !matches!(failure, Failure::Fault(_))
        {
            self.shared.errors.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(plugin = self.name(), request = A::METHOD, %failure, "no answer");
        }
        answered
    }

    fn exchange<A: Ask>(&self, ask: A, how: Asking<'_>) -> Result<(A::Answer, Process), Failure> {
        let depth = how.within.map_or(0, Nesting::depth);
        let (connection, slot) = self.shared.admit(&how)?;
        let limits = connection.limits();
        let (sender, arrivals) = mpsc::channel();
        let pending = Pending {
            sink: Sink::Waiting(sender),
            most: match A::METHOD == Describe::METHOD {
                true => limits.description,
                false => limits.frame,
            },
            slot,
        };
        let mut params = ask.params();
        let left = how.deadline.saturating_duration_since(Instant::now());
        let left = i64::try_from(left.as_millis()).unwrap_or(i64::MAX);
        params.insert("budget_ms", left);
        let wait = Wait {
            id: connection.ask(A::METHOD, params, pending)?,
            connection,
            arrivals,
            deadline: how.deadline,
            depth,
        };
        let result = wait.run(how.host)?.map_err(failure)?;
        let answer = A::Answer::read(result)
            .map_err(|error| Failure::Broken(format!("the answer makes no sense: {error}")))?;
        Ok((answer, Process::of(&wait.connection)))
    }

    /// Tells `process` something that it does not answer.
    pub fn tell<A: Ask>(&self, process: &Process, ask: A) {
        // A notification holds little; what cannot be sent is of no use without a process.
        let _ = process
            .connection
            .send(Message::notification(A::METHOD, ask.params()));
    }

    /// Waits until it can be asked; `false` if it cannot at `deadline`.
    pub fn wait_until_ready(&self, deadline: Instant) -> bool {
        let is_ready = |core: &Core| core.current.is_some();
        let mut core = self.shared.lock();
        while !is_ready(&core) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || matches!(core.phase, Phase::Stopped) {
                return false;
            }
            core = self.shared.wait(core, left);
        }
        true
    }

    /// What can be shown about it.
    pub fn status(&self) -> Status {
        let core = self.shared.lock();
        let live = core.current.as_deref();
        let body = live.map(|live| Arc::clone(&live.body));
        let status = Status {
            name: self.name().to_owned(),
            title: live.map(|live| live.title.clone()).unwrap_or_default(),
            state: core.phase.state(),
            process: body.as_ref().map(|body| body.id()),
            restarts: self.shared.restarts.load(Ordering::Relaxed),
            calls: self.shared.calls.load(Ordering::Relaxed),
            errors: self.shared.errors.load(Ordering::Relaxed),
            active: live.map_or(0, |live| live.connection.active()),
            concurrency: live.map_or(0, |live| live.connection.concurrency()),
            memory: None,
            last_end: core.last_end.clone(),
        };
        drop(core);
        Status {
            memory: body.and_then(|body| body.memory()),
            ..status
        }
    }

    /// Ends its process, and waits until that has ended. It cannot be asked any more.
    pub fn stop(&self) {
        let _ = self.shared.signals.send(Signal::Stop);
        let thread = self.shared.supervisor().take();
        if let Some(thread) = thread {
            // It has nothing to say, and a panic of it was told already.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// A thread that waits for an answer.
struct Wait {
    connection: Arc<Connection>,
    id: i64,
    arrivals: Receiver<Arrival>,
    deadline: Instant,
    depth: usize,
}

impl Wait {
    fn run(&self, mut host: Option<HostCalls<'_>>) -> Result<Result<Value, RpcError>, Failure> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            match self.arrivals.recv_timeout(left) {
                Ok(Arrival::Answer(outcome)) => return Ok(outcome),
                Ok(Arrival::Host { id, call }) => {
                    let answered = self.host_call(call, host.as_mut());
                    self.connection
                        .answer(id, answered.map(CallAnswer::write).map_err(RpcError::from));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::Unavailable),
                Err(RecvTimeoutError::Timeout) => return self.give_up(),
            }
        }
    }

    fn host_call(
        &self,
        call: HostCall,
        host: Option<&mut HostCalls<'_>>,
    ) -> Result<CallAnswer, Fault> {
        let Some(host) = host else {
            return Err(Fault::forbidden(
                "nothing can be called within this request",
            ));
        };
        if self.depth >= MAX_DEPTH {
            return Err(Fault::application(format!(
                "calls are nested deeper than {MAX_DEPTH}"
            )));
        }
        let nesting = Nesting {
            process: Process::of(&self.connection),
            depth: self.depth + 1,
        };
        host(call, &nesting)
    }

    /// The answer if it has come just now. What the plugin asks is refused from now on.
    fn give_up(&self) -> Result<Result<Value, RpcError>, Failure> {
        let is_late = self.connection.give_up(self.id);
        for arrival in self.arrivals.try_iter() {
            match arrival {
                Arrival::Answer(outcome) => return Ok(outcome),
                Arrival::Host { id, .. } => {
                    let error = RpcError::new(ErrorCode::BUDGET, "the time for the request is up");
                    self.connection.answer(id, Err(error));
                }
            }
        }
        Err(match is_late {
            true => Failure::TimedOut,
            false => Failure::Unavailable,
        })
    }
}

fn failure(error: RpcError) -> Failure {
    match error.into_fault() {
        Ok(fault) => Failure::Fault(Box::new(fault)),
        Err(error) => match error.code {
            ErrorCode::OVERLOADED => Failure::Overloaded,
            ErrorCode::NOT_READY => Failure::Unavailable,
            ErrorCode::BUDGET | ErrorCode::CANCELLED => Failure::TimedOut,
            _ => Failure::Broken(error.to_string()),
        },
    }
}

/// What a plugin's threads share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    core: Mutex<Core>,
    changed: Condvar,
    pub(crate) signals: Sender<Signal>,
    supervisor: Mutex<Option<JoinHandle<()>>>,
    pub(crate) restarts: AtomicU64,
    calls: AtomicU64,
    errors: AtomicU64,
}

/// What is true of a plugin at a moment.
pub(crate) struct Core {
    pub(crate) phase: Phase,
    /// The process that answers.
    pub(crate) current: Option<Arc<Live>>,
    /// How many wait for their turn.
    waiting: usize,
    pub(crate) last_end: Option<String>,
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
    fn state(self) -> State {
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

/// A process that can be asked.
pub(crate) struct Live {
    pub(crate) connection: Arc<Connection>,
    pub(crate) body: Arc<Body>,
    pub(crate) title: String,
}

/// A place among the requests that a process answers at a time.
pub(crate) struct Slot {
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
    /// A process for a request, and the place that it takes there.
    fn admit(
        self: &Arc<Self>,
        how: &Asking<'_>,
    ) -> Result<(Arc<Connection>, Option<Slot>), Failure> {
        // The request around this one has its place already.
        if let Some(nesting) = how.within {
            let connection = &how.process.unwrap_or(&nesting.process).connection;
            return Ok((Arc::clone(connection), None));
        }
        let mut core = self.lock();
        loop {
            match core.phase {
                Phase::Stopped | Phase::Waiting(_) => return Err(Failure::Unavailable),
                Phase::Starting | Phase::Ready => {}
            }
            let current = core.current.as_ref().map(|live| &live.connection);
            let connection = how.process.map(|process| &process.connection).or(current);
            if let Some(connection) = connection
                && connection.take_place()
            {
                let slot = Slot {
                    shared: Arc::clone(self),
                    connection: Arc::clone(connection),
                };
                return Ok((Arc::clone(connection), Some(slot)));
            }
            if how
                .process
                .is_some_and(|process| process.connection.is_closed())
            {
                return Err(Failure::Unavailable);
            }
            let queue = connection.map_or(FIRST_QUEUE, |connection| connection.concurrency());
            if core.waiting >= queue {
                return Err(Failure::Overloaded);
            }
            let left = how.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::TimedOut);
            }
            core.waiting += 1;
            core = self.wait(core, left);
            core.waiting -= 1;
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, core: MutexGuard<'a, Core>, most: Duration) -> MutexGuard<'a, Core> {
        let waited = self.changed.wait_timeout(core, most);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn supervisor(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        let thread = self.supervisor.lock();
        thread.unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is true, and wakes who waits for that.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Core)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}
