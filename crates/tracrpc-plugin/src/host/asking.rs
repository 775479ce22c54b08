//! One question: until when, of which process, and what the plugin asks in turn.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tracrpc_env::Cancel;
use tracrpc_plugin_protocol::messages::{Ask, CallAnswer, Describe, HostCall};
use tracrpc_plugin_protocol::{ErrorCode, RpcError, Shape};
use tracrpc_wire::{Fault, Value};

use super::connection::{Connection, Process};
use super::error::Failure;
use super::pending::{Arrival, Pending, Sink};
use super::shared::{Queue, Shared};

/// How often it is looked whether somebody still waits for the answer.
const LOOK: Duration = Duration::from_millis(250);

/// How deep a plugin may be called within calls that it makes itself.
pub const MAX_DEPTH: usize = 8;

/// How a plugin is asked.
pub struct Asking<'a> {
    deadline: Instant,
    cancel: Cancel,
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
            cancel: Cancel::never(),
            within: None,
            process: None,
            host: None,
        }
    }

    /// Nobody waits any more when the request is given up.
    #[must_use]
    pub fn unless(mut self, cancel: Cancel) -> Self {
        self.cancel = cancel;
        self
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
            cancel: self.cancel,
            within: self.within,
            process: self.process,
            host: Some(host),
        }
    }
}

/// Asks, and waits for the answer and the process that gives it.
pub(super) fn exchange<A: Ask>(
    shared: &Arc<Shared>,
    ask: A,
    how: Asking<'_>,
) -> Result<(A::Answer, Process), Failure> {
    let depth = how.within.map_or(0, Nesting::depth);
    let is_describe = A::METHOD == Describe::METHOD;
    // What a plugin has is asked when that has changed, and not again.
    let queue = match is_describe {
        true => Queue::Any,
        false => Queue::Short,
    };
    let (connection, slot) = match how.within {
        // The request around this one has its place already.
        Some(nesting) => {
            let process = how.process.unwrap_or(&nesting.process);
            (Arc::clone(&process.connection), None)
        }
        None => {
            let (connection, place) = shared.admit(how.process, how.deadline, queue)?;
            (connection, Some(place))
        }
    };
    let limits = connection.limits();
    let (sender, arrivals) = mpsc::channel();
    let pending = Pending {
        sink: Sink::Waiting(sender),
        most: match is_describe {
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
        cancel: how.cancel,
        depth,
    };
    let result = wait.run(how.host)?.map_err(failure)?;
    let answer = A::Answer::read(result)
        .map_err(|error| Failure::Broken(format!("the answer makes no sense: {error}")))?;
    Ok((answer, Process::of(&wait.connection)))
}

/// A thread that waits for an answer.
struct Wait {
    connection: Arc<Connection>,
    id: i64,
    arrivals: Receiver<Arrival>,
    deadline: Instant,
    cancel: Cancel,
    depth: usize,
}

impl Wait {
    fn run(&self, mut host: Option<HostCalls<'_>>) -> Result<Result<Value, RpcError>, Failure> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            match self.arrivals.recv_timeout(left.min(LOOK)) {
                Ok(Arrival::Answer(outcome)) => return Ok(outcome),
                Ok(Arrival::Host { id, call }) => {
                    let answered = self.host_call(call, host.as_mut());
                    self.connection
                        .answer(id, answered.map(CallAnswer::write).map_err(RpcError::from));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::Unavailable),
                Err(RecvTimeoutError::Timeout) if left > LOOK && !self.cancel.is_set() => {}
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
