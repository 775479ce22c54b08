//! The thread that keeps a plugin running: it starts processes, replaces those that are
//! stuck or want it, and ends them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tracrpc_plugin_protocol::messages::{Ask, Initialized, Ping, Pong};
use tracrpc_plugin_protocol::{RpcError, Shape};
use tracrpc_wire::Value;

use super::connection::Connection;
use super::pending::{Pending, Sink};
use super::process::{Body, spawn};
use super::settings::Timing;
use super::shared::{Live, Phase, Shared};
use super::signal::{Notice, Signal};
use super::signals::Ending;
use super::start::{admitted, end, initialize, start};

/// How long the thread sleeps when nothing is to be done.
const LONG: Duration = Duration::from_secs(3600);

/// Keeps a plugin running until it is stopped.
pub(crate) fn run(shared: &Arc<Shared>, signals: &Receiver<Signal>, notices: &Sender<Notice>) {
    let mut supervisor = Supervisor {
        shared,
        notices,
        serial: 0,
        candidate: None,
        retry: Some(Instant::now()),
        failures: 0,
        ready: None,
        is_replacement_wanted: false,
        ping: None,
        pinged: Instant::now(),
        ends: Vec::new(),
    };
    loop {
        let next = supervisor.look();
        let left = next.saturating_duration_since(Instant::now());
        match signals.recv_timeout(left) {
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(signal) => supervisor.take(signal),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    supervisor.stop();
}

struct Supervisor<'a> {
    shared: &'a Arc<Shared>,
    notices: &'a Sender<Notice>,
    /// That of the last process.
    serial: u64,
    /// A process that has not answered `initialize` yet.
    candidate: Option<Candidate>,
    /// When the next process is to be started.
    retry: Option<Instant>,
    /// How many processes in a row have ended before they were healthy.
    failures: u32,
    /// Since when the current process is ready.
    ready: Option<Instant>,
    /// Another process is to take the place of the current one.
    is_replacement_wanted: bool,
    /// Until when a ping is to be answered.
    ping: Option<Instant>,
    /// When the last ping was sent, or the current process became ready.
    pinged: Instant,
    /// The threads that end processes.
    ends: Vec<JoinHandle<()>>,
}

struct Candidate {
    connection: Arc<Connection>,
    body: Arc<Body>,
    deadline: Instant,
}

impl Supervisor<'_> {
    fn timing(&self) -> &Timing {
        &self.shared.settings.timing
    }

    fn plugin(&self) -> &str {
        &self.shared.settings.name
    }

    fn current(&self) -> Option<Arc<Live>> {
        self.shared.lock().current.clone()
    }

    /// Does what is due, and says when to look again.
    fn look(&mut self) -> Instant {
        let now = Instant::now();
        let mut next = now + LONG;
        if let Some(current) = self.current() {
            next = next.min(self.look_at(&current, now));
        }
        if let Some(candidate) = &self.candidate {
            match candidate.deadline <= now {
                true => self.refuse_candidate("it has not answered `initialize` in time"),
                false => next = next.min(candidate.deadline),
            }
        }
        if let Some(retry) = self.retry {
            if retry <= now {
                self.retry = None;
                self.launch();
                return now;
            }
            next = next.min(retry);
        }
        next
    }

    /// Whether the process that answers is stuck, or was not asked for long how it is.
    fn look_at(&mut self, current: &Live, now: Instant) -> Instant {
        let timing = *self.timing();
        let mut next = now + LONG;
        if let Some(late) = current.connection.late_since() {
            match late + timing.grace <= now {
                true => self.want_replacement("it is stuck"),
                false => next = next.min(late + timing.grace),
            }
        }
        match self.ping {
            Some(deadline) if deadline <= now => {
                self.ping = None;
                self.want_replacement("it does not answer `ping`");
            }
            Some(deadline) => next = next.min(deadline),
            None if self.pinged + timing.idle <= now => {
                // What answers something may have no time for a ping; that has a deadline of its own.
                let patience = match current.connection.is_idle() {
                    true => timing.pong,
                    false => LONG,
                };
                self.send_ping(&current.connection, now, patience);
                next = next.min(now + patience);
            }
            None => next = next.min(self.pinged + timing.idle),
        }
        next
    }

    fn send_ping(&mut self, connection: &Arc<Connection>, now: Instant, patience: Duration) {
        self.ping = Some(now + patience);
        self.pinged = now;
        let serial = connection.serial();
        self.tell(connection, Ping {}, move |outcome| Signal::Pong {
            serial,
            outcome,
        });
    }

    /// Asks what is answered to this thread.
    fn tell<A: Ask>(
        &self,
        connection: &Connection,
        ask: A,
        signal: impl FnOnce(Result<Value, RpcError>) -> Signal + Send + 'static,
    ) {
        let signals = self.shared.signals.clone();
        let pending = Pending {
            sink: Sink::Tell(Box::new(move |outcome| {
                let _ = signals.send(signal(outcome));
            })),
            most: connection.limits().frame,
            slot: None,
        };
        // A process that has gone says so itself.
        let _ = connection.ask(A::METHOD, ask.params(), pending);
    }

    fn take(&mut self, signal: Signal) {
        match signal {
            Signal::Initialized { serial, outcome } if self.is_candidate(serial) => {
                match admitted(outcome) {
                    Ok(answer) => self.promote(answer),
                    Err(reason) => self.refuse_candidate(&reason),
                }
            }
            Signal::Pong { serial, outcome } => self.ponged(serial, outcome),
            Signal::Ended { serial, reason } => self.ended(serial, &reason),
            Signal::Changed { environment } => self.notice(Notice::Changed(environment)),
            Signal::Replace => {
                // Who asks for it has mended what failed.
                self.failures = 0;
                self.want_replacement("it is restarted");
            }
            Signal::Initialized { .. } | Signal::Wake | Signal::Stop => {}
        }
    }

    fn is_candidate(&self, serial: u64) -> bool {
        let candidate = self.candidate.as_ref();
        candidate.is_some_and(|candidate| candidate.connection.serial() == serial)
    }

    fn is_current(&self, serial: u64) -> bool {
        let current = self.current();
        current.is_some_and(|live| live.connection.serial() == serial)
    }

    fn notice(&self, notice: Notice) {
        // Nobody listens any more once the plugin has stopped.
        let _ = self.notices.send(notice);
    }

    fn launch(&mut self) {
        if self.candidate.is_some() {
            return;
        }
        self.serial += 1;
        if self.serial > 1 {
            self.shared.restarts.fetch_add(1, Ordering::Relaxed);
        }
        self.shared.change(|core| {
            if core.current.is_none() {
                core.phase = Phase::Starting;
            }
        });
        let settings = &self.shared.settings;
        match start(settings, self.serial, &self.shared.signals) {
            Ok((connection, body)) => {
                self.shared.born(&body);
                let serial = self.serial;
                let asked = initialize(settings, self.shared.environments());
                self.tell(&connection, asked, move |outcome| Signal::Initialized {
                    serial,
                    outcome,
                });
                self.candidate = Some(Candidate {
                    connection,
                    body,
                    deadline: Instant::now() + settings.timing.start,
                });
            }
            Err(error) => self.failed(&format!("cannot be started: {error}")),
        }
    }

    /// The candidate takes the place of the current process.
    fn promote(&mut self, answer: Initialized) {
        let Some(candidate) = self.candidate.take() else {
            return;
        };
        let capable = usize::try_from(answer.capabilities.concurrency).unwrap_or(1);
        let allowed = self.shared.settings.concurrency.unwrap_or(usize::MAX);
        candidate.connection.allow(capable.min(allowed).max(1));
        let live = Arc::new(Live {
            connection: candidate.connection,
            body: candidate.body,
            about: answer.plugin,
        });
        tracing::info!(
            plugin = self.plugin(),
            process = live.body.id(),
            title = %live.about.name,
            "ready"
        );
        let mut former = None;
        self.shared.change(|core| {
            core.phase = Phase::Ready;
            former = core.current.replace(live);
        });
        let now = Instant::now();
        self.ready = Some(now);
        self.pinged = now;
        self.ping = None;
        self.retry = None;
        self.is_replacement_wanted = false;
        if let Some(former) = former {
            let drain = Some(self.timing().drain);
            self.retire(&former.connection, &former.body, drain);
        }
        self.notice(Notice::Ready);
    }

    fn want_replacement(&mut self, why: &str) {
        if self.is_replacement_wanted {
            return;
        }
        tracing::warn!(
            plugin = self.plugin(),
            "{why}: another process takes its place"
        );
        self.is_replacement_wanted = true;
        self.retry = Some(Instant::now());
    }

    fn ponged(&mut self, serial: u64, outcome: Result<Value, RpcError>) {
        if !self.is_current(serial) {
            return;
        }
        self.ping = None;
        let pong = outcome.ok().and_then(|result| Pong::read(result).ok());
        if pong.is_some_and(|pong| pong.restart_wanted) {
            self.want_replacement("it wants to be started anew");
        }
    }

    fn ended(&mut self, serial: u64, reason: &str) {
        if self.is_candidate(serial) {
            self.refuse_candidate(reason);
            return;
        }
        if !self.is_current(serial) {
            return;
        }
        let mut former = None;
        self.shared.change(|core| former = core.current.take());
        if let Some(former) = former {
            self.retire(&former.connection, &former.body, None);
        }
        let healthy = self.timing().healthy;
        if self
            .ready
            .take()
            .is_some_and(|since| since.elapsed() >= healthy)
        {
            self.failures = 0;
        }
        self.ping = None;
        self.is_replacement_wanted = false;
        self.failed(reason);
    }

    fn refuse_candidate(&mut self, reason: &str) {
        if let Some(candidate) = self.candidate.take() {
            self.retire(&candidate.connection, &candidate.body, None);
            self.failed(reason);
        }
    }

    /// There is one process less than there should be.
    fn failed(&mut self, reason: &str) {
        let timing = self.timing();
        let factor = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        let delay = timing.first_delay.saturating_mul(factor);
        let until = Instant::now() + delay.min(timing.longest_delay);
        self.failures = (self.failures + 1).min(31);
        tracing::error!(plugin = self.plugin(), reason, ?delay, "it has ended");
        let is_starting = self.candidate.is_some();
        self.shared.change(|core| {
            core.last_end = Some(reason.to_owned());
            core.ends += 1;
            if core.current.is_none() {
                core.phase = match is_starting {
                    true => Phase::Starting,
                    false => Phase::Waiting(until),
                };
            }
        });
        self.retry = Some(until);
    }

    /// Ends a process on a thread of its own, after it had `drain` to end what it does.
    fn retire(&mut self, connection: &Arc<Connection>, body: &Arc<Body>, drain: Option<Duration>) {
        self.ends.retain(|thread| !thread.is_finished());
        let (connection, body, at_once) =
            (Arc::clone(connection), Arc::clone(body), Arc::clone(body));
        let timing = *self.timing();
        let ended = spawn(self.plugin(), move || {
            if let Some(drain) = drain {
                connection.wait_for_idle(Instant::now() + drain);
            }
            end(&connection, &body, &timing);
        });
        match ended {
            Ok(thread) => self.ends.push(thread),
            Err(error) => {
                tracing::error!(plugin = self.plugin(), %error, "there is no thread to end it");
                at_once.end(Ending::Force);
            }
        }
    }

    fn stop(mut self) {
        let mut former = None;
        self.shared.change(|core| {
            core.phase = Phase::Stopped;
            former = core.current.take();
        });
        if let Some(candidate) = self.candidate.take() {
            self.retire(&candidate.connection, &candidate.body, None);
        }
        if let Some(former) = former {
            self.retire(&former.connection, &former.body, None);
        }
        for thread in self.ends.drain(..) {
            // What it had to do is done, or it has told of its panic.
            let _ = thread.join();
        }
    }
}
