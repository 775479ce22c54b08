//! One request in a protocol, from its body to the body of the answer.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tracrpc_env::Actor;
use tracrpc_methods::Registry;
use tracrpc_wire::{Call, Fault, FaultKind, Limits, Output, Protocol};

/// What came of a request.
pub(crate) struct Answered {
    /// The body of the answer; `None` if the request wants none.
    pub(crate) body: Option<Vec<u8>>,
    /// The names of the methods that were called, for the log.
    pub(crate) methods: String,
}

/// Reads the calls in `body`, makes them for `actor` and writes the answer.
pub(crate) fn answer(
    registry: &Registry,
    protocol: &dyn Protocol,
    limits: &Limits,
    actor: &Actor,
    body: &[u8],
) -> Answered {
    let request = protocol.decode(body, limits);
    let methods = names(&request.calls);
    let outcomes = request
        .calls
        .into_iter()
        .map(|call| perform(registry, actor, call))
        .collect();
    Answered {
        body: request.responder.respond(outcomes),
        methods,
    }
}

/// Answers each call in `body` with `fault`.
pub(crate) fn refuse(
    protocol: &dyn Protocol,
    limits: &Limits,
    body: &[u8],
    fault: &Fault,
) -> Answered {
    let request = protocol.decode(body, limits);
    let methods = names(&request.calls);
    let outcomes = request.calls.iter().map(|_| Err(fault.clone())).collect();
    Answered {
        body: request.responder.respond(outcomes),
        methods,
    }
}

/// A body that is no call at all is refused before permissions are looked at,
/// a call that lacks something after that, as in Trac's plugin.
fn perform(registry: &Registry, actor: &Actor, call: Result<Call, Fault>) -> Result<Output, Fault> {
    match call {
        Ok(call) => guarded(registry, actor, call),
        Err(fault) if fault.kind == FaultKind::Parse => Err(fault),
        Err(fault) => registry.admit(actor).and(Err(fault)),
    }
}

/// Makes a call. If its method panics, the caller learns that, and the
/// process and the other calls of a batch live on.
fn guarded(registry: &Registry, actor: &Actor, call: Call) -> Result<Output, Fault> {
    let Call { method, params } = call;
    catch_unwind(AssertUnwindSafe(|| registry.call(actor, &method, params))).unwrap_or_else(|_| {
        tracing::error!(method, "a method panicked");
        Err(Fault::application(
            "internal error; the server's log says more",
        ))
    })
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
