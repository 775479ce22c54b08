//! One request in a protocol, from its body to the body of the answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use tracrpc_env::{Actor, users};
use tracrpc_methods::Registry;
use tracrpc_wire::{Call, Fault, FaultKind, Limits, Output, Protocol, Request};

/// What came of a request.
pub(crate) struct Answered {
    /// The body of the answer; `None` if the request wants none.
    pub(crate) body: Option<Vec<u8>>,
    /// The names of the methods that were called, for the log.
    pub(crate) methods: String,
}

/// Where requests in a protocol are answered.
pub(crate) struct Desk<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) protocol: &'a dyn Protocol,
    /// After this no call is begun any more.
    pub(crate) deadline: Instant,
    /// Whether heavy calls are made here.
    pub(crate) may_be_heavy: bool,
}

/// A request is to be answered where heavy calls are made. Nothing was done yet.
pub(crate) struct TooHeavy;

impl Desk<'_> {
    /// Reads the calls in `body`, makes them for `actor` and writes the answer.
    pub(crate) fn answer(&self, actor: &Actor, body: &[u8]) -> Result<Answered, TooHeavy> {
        let request = self.decode(body);
        let mut calls = request.calls.iter().flatten();
        if !self.may_be_heavy && calls.any(|call| self.is_heavy(call)) {
            return Err(TooHeavy);
        }
        let answered = each(request, |call| self.perform(actor, call));
        users::remember(actor);
        Ok(answered)
    }

    /// Answers each call in `body` with `fault`.
    pub(crate) fn refuse(&self, body: &[u8], fault: &Fault) -> Answered {
        each(self.decode(body), |_| Err(fault.clone()))
    }

    fn decode(&self, body: &[u8]) -> Request {
        self.protocol.decode(body, &Limits::default())
    }

    fn is_heavy(&self, call: &Call) -> bool {
        self.registry.is_heavy(&call.method, &call.params)
    }

    /// A body that is no call at all is refused before permissions are looked at,
    /// a call that lacks something after that, as in Trac's plugin.
    fn perform(&self, actor: &Actor, call: Result<Call, Fault>) -> Result<Output, Fault> {
        match call {
            Ok(call) => self.guarded(actor, call),
            Err(fault) if fault.kind == FaultKind::Parse => Err(fault),
            Err(fault) => self.registry.admit(actor).and(Err(fault)),
        }
    }

    /// Makes a call. If its method panics, the caller learns that, and the
    /// process and the other calls of a batch live on.
    fn guarded(&self, actor: &Actor, call: Call) -> Result<Output, Fault> {
        let Call { method, params } = call;
        let made = || {
            self.registry
                .call_before(self.deadline, actor, &method, params)
        };
        catch_unwind(AssertUnwindSafe(made)).unwrap_or_else(|_| {
            tracing::error!(method, "a method panicked");
            Err(Fault::application(
                "internal error; the server's log says more",
            ))
        })
    }
}

fn each(
    request: Request,
    outcome: impl Fn(Result<Call, Fault>) -> Result<Output, Fault>,
) -> Answered {
    let methods = names(&request.calls);
    let outcomes = request.calls.into_iter().map(outcome).collect();
    Answered {
        body: request.responder.respond(outcomes),
        methods,
    }
}

fn names(calls: &[Result<Call, Fault>]) -> String {
    let first = calls
        .iter()
        .find_map(|call| call.as_ref().ok())
        .map(|call| call.method.as_str());
    let first: String = first.unwrap_or("-").chars().take(100).collect();
    match calls.len() {
        0 | 1 => first,
        count => format!("{first} and {} more", count - 1),
    }
}
