//! The conversation with one process: what is asked, what comes back, and its end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_plugin_protocol::messages::HostCall;
use tracrpc_plugin_protocol::{ErrorCode, Frame, Limits, Message, RpcError, ValueError};
use tracrpc_wire::{Struct, Value};

use super::error::Failure;
use super::log::Throttle;
use super::pending::{Arrival, Pending, Sink, Table};
use super::signal::Signal;

/// How often is looked whether nobody holds on to a process any more.
const LOOK: Duration = Duration::from_millis(50);

/// The conversation with one process.
pub(crate) struct Connection {
    serial: u64,
    plugin: String,
    limits: Limits,
    talk: Mutex<Talk>,
    changed: Condvar,
    signals: Sender<Signal>,
    /// How many requests it is answering that count against its concurrency.
    active: AtomicUsize,
    /// How many it takes at a time.
    concurrency: AtomicUsize,
    /// Who holds on to the process has a clone.
    held: Arc<()>,
    /// For what it writes into the log.
    pub(crate) throttle: Throttle,
}

struct Talk {
    table: Table,
    /// Where frames go; none once the input is closed.
    outgoing: Option<Sender<Frame>>,
    has_blobs: bool,
    has_reader: bool,
    is_closed: bool,
}

/// Holds on to one process of a plugin: what it keeps from one request to the next, such
/// as the exchange of a protocol, is known to no other. A process that is replaced lives
/// on for a while as long as somebody has one of these.
#[derive(Clone)]
pub struct Process {
    pub(crate) connection: Arc<Connection>,
    _held: Arc<()>,
}

impl Process {
    pub(crate) fn of(connection: &Arc<Connection>) -> Self {
        Self {
            connection: Arc::clone(connection),
            _held: Arc::clone(&connection.held),
        }
    }
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process")
            .field("serial", &self.connection.serial)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// A conversation that begins. Frames for the process go to `outgoing`.
    pub(crate) fn new(
        serial: u64,
        plugin: &str,
        limits: Limits,
        outgoing: Sender<Frame>,
        signals: Sender<Signal>,
    ) -> Self {
        Self {
            serial,
            plugin: plugin.to_owned(),
            limits,
            talk: Mutex::new(Talk {
                table: Table::default(),
                outgoing: Some(outgoing),
                has_blobs: false,
                has_reader: true,
                is_closed: false,
            }),
            changed: Condvar::new(),
            signals,
            active: AtomicUsize::new(0),
            concurrency: AtomicUsize::new(1),
            held: Arc::new(()),
            throttle: Throttle::new(),
        }
    }

    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    pub(crate) fn plugin(&self) -> &str {
        &self.plugin
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// How many requests it is answering that count against its concurrency.
    pub(crate) fn active(&self) -> usize {
        self.active.load(Ordering::Relaxed)
    }

    /// How many requests it takes at a time.
    pub(crate) fn concurrency(&self) -> usize {
        self.concurrency.load(Ordering::Relaxed)
    }

    /// It takes so many requests at a time.
    pub(crate) fn allow(&self, concurrency: usize) {
        self.concurrency.store(concurrency, Ordering::Relaxed);
    }

    /// Takes a place among those that are answered at a time, if one is free. Who calls
    /// this and [`Connection::release`] has the plugin's lock.
    pub(crate) fn take_place(&self) -> bool {
        let is_free = self.active() < self.concurrency();
        if is_free {
            self.active.fetch_add(1, Ordering::Relaxed);
        }
        is_free
    }

    /// Whether it has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    /// Sends a request, and says under which number.
    pub(crate) fn ask(
        &self,
        method: &str,
        params: Struct,
        pending: Pending,
    ) -> Result<i64, Failure> {
        let id = {
            let mut talk = self.lock();
            if talk.is_closed || talk.outgoing.is_none() {
                return Err(Failure::Unavailable);
            }
            talk.table.add(pending)
        };
        let sent = self.send(Message::request(id, method, params));
        if let Err(error) = sent {
            let unsent = self.lock().table.remove(id);
            drop(unsent);
            return Err(Failure::Broken(format!("cannot ask `{method}`: {error}")));
        }
        Ok(id)
    }

    /// Sends a message. What is sent after the end is lost.
    pub(crate) fn send(&self, message: Message) -> Result<(), ValueError> {
        let has_blobs = self.lock().has_blobs;
        let frame = message.into_frame(has_blobs, &self.limits)?;
        if let Some(outgoing) = &self.lock().outgoing {
            let _ = outgoing.send(frame);
        }
        Ok(())
    }

    /// Answers a request of the plugin.
    pub(crate) fn answer(&self, id: i64, outcome: Result<Value, RpcError>) {
        if let Err(error) = self.send(Message::answer(id, outcome)) {
            let error = RpcError::new(ErrorCode::INTERNAL, error.to_string());
            // This one is small enough.
            let _ = self.send(Message::answer(id, Err(error)));
        }
    }

    /// Hands an answer of `size` bytes to who waits for it.
    pub(crate) fn deliver(&self, id: i64, size: usize, outcome: Result<Value, RpcError>) {
        let pending = {
            let mut talk = self.lock();
            talk.table.remove(id)
        };
        self.changed.notify_all();
        // Its place is free again when it is dropped, which needs other locks.
        let Some(pending) = pending else {
            if self.throttle.admit().is_some() {
                tracing::warn!(plugin = %self.plugin, id, "an answer to nothing that was asked");
            }
            return;
        };
        let outcome = match size > pending.most {
            true => Err(RpcError::new(
                ErrorCode::INTERNAL,
                "the answer is too large",
            )),
            false => outcome,
        };
        drop(pending.slot);
        match pending.sink {
            Sink::Waiting(sender) => drop(sender.send(Arrival::Answer(outcome))),
            Sink::Tell(tell) => tell(outcome),
            Sink::Late(_) => {}
        }
    }

    /// Hands a request of the plugin to the thread that waits for the one that it is
    /// within.
    pub(crate) fn route(&self, id: i64, call: HostCall) {
        let refusal = {
            let talk = self.lock();
            let within = call.within.and_then(|within| talk.table.get(within));
            match within.map(|pending| &pending.sink) {
                // Sent under the lock, so that who gives up finds it.
                Some(Sink::Waiting(sender)) => sender
                    .send(Arrival::Host { id, call })
                    .err()
                    .map(|_| "nobody waits for that request any more"),
                Some(Sink::Late(_)) => Some("nobody waits for that request any more"),
                _ => Some("`within` names no request that is being answered"),
            }
        };
        if let Some(refusal) = refusal {
            self.answer(id, Err(RpcError::new(ErrorCode::PARAMS, refusal)));
        }
    }

    /// Nobody waits for an answer any more. `false` if it has come already.
    pub(crate) fn give_up(&self, id: i64) -> bool {
        let mut talk = self.lock();
        let is_open = talk.table.get(id).is_some();
        talk.table.give_up(id);
        drop(talk);
        if is_open {
            let _ = self.send(Message::cancel(id));
            let _ = self.signals.send(Signal::Wake);
            self.changed.notify_all();
        }
        is_open
    }

    /// Since when an answer is late that nobody waits for.
    pub(crate) fn late_since(&self) -> Option<Instant> {
        self.lock().table.late_since()
    }

    /// Whether it has nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.lock().table.is_empty()
    }

    /// From now on messages may have blobs.
    pub(crate) fn expect_blobs(&self) {
        self.lock().has_blobs = true;
    }

    /// Says what came of the conversation to who watches over it.
    pub(crate) fn signal(&self, signal: Signal) {
        let _ = self.signals.send(signal);
    }

    /// Closes the process's standard input after what was sent.
    pub(crate) fn close_input(&self) {
        self.lock().outgoing = None;
    }

    /// Ends the conversation: who waits for an answer is told that there will be none.
    pub(crate) fn close(&self, reason: &str) {
        let unanswered = {
            let mut talk = self.lock();
            if std::mem::replace(&mut talk.is_closed, true) {
                return;
            }
            talk.outgoing = None;
            talk.table.take_all()
        };
        self.changed.notify_all();
        for pending in unanswered {
            drop(pending.slot);
            if let Sink::Tell(tell) = pending.sink {
                tell(Err(RpcError::new(ErrorCode::INTERNAL, reason)));
            }
        }
        self.signal(Signal::Ended {
            serial: self.serial,
            reason: reason.to_owned(),
        });
    }

    /// Nothing more is read.
    pub(crate) fn reader_ended(&self) {
        self.lock().has_reader = false;
        self.changed.notify_all();
    }

    /// Waits for the end of the reader, for so long.
    pub(crate) fn wait_for_reader(&self, most: Duration) {
        self.wait_until(Instant::now() + most, |talk| !talk.has_reader);
    }

    /// Waits until the conversation has ended.
    pub(crate) fn wait_for_end(&self, deadline: Instant) {
        self.wait_until(deadline, |talk| talk.is_closed);
    }

    /// Waits until nobody waits for anything, or holds on to the process.
    pub(crate) fn wait_for_idle(&self, deadline: Instant) {
        self.wait_until(deadline, |talk| {
            let is_held = Arc::strong_count(&self.held) > 1;
            // Who has taken a place is about to ask.
            let is_wanted = self.active() > talk.table.with_a_place();
            talk.is_closed || !(is_held || is_wanted || talk.table.is_waited_for())
        });
    }

    fn wait_until(&self, deadline: Instant, is_met: impl Fn(&Talk) -> bool) {
        let mut talk = self.lock();
        while !is_met(&talk) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.changed.wait_timeout(talk, left.min(LOOK));
            talk = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Talk> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives back a place among those that are answered at a time.
    pub(crate) fn release(&self) {
        self.active.fetch_sub(1, Ordering::Relaxed);
    }
}
