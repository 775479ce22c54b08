//! What the tests share.

use tracrpc_wire::{Call, Fault, Limits, Message, Outcome, Output, Protocol, Request, jsonrpc};

/// What `body` asks for: a line a call, the name before the arguments as
/// JSON, or the kind and the text of its fault.
pub(crate) fn read(protocol: &dyn Protocol, body: impl AsRef<[u8]>) -> String {
    let request = decode(protocol, body.as_ref());
    let calls: Vec<String> = request.calls.into_iter().map(describe).collect();
    calls.join("\n")
}

/// The answer to `body`, where `method` answers each call.
pub(crate) fn exchange(
    protocol: &dyn Protocol,
    body: impl AsRef<[u8]>,
    method: impl Fn(Call) -> Result<Output, Fault>,
) -> String {
    let request = decode(protocol, body.as_ref());
    let outcomes = request.calls.into_iter().map(|call| call.and_then(&method));
    let answer = request.responder.respond(outcomes.collect());
    String::from_utf8(answer.unwrap_or_default()).unwrap()
}

pub(crate) fn decode(protocol: &dyn Protocol, body: &[u8]) -> Request {
    protocol.decode(&Message::new(body), &Limits::default())
}

/// Outcomes of a multicall: a success, a failure, a fault of Trac's own.
pub(crate) fn outcomes() -> Vec<Outcome> {
    vec![
        Ok(2.into()),
        Err(Fault::not_found("Ticket 9 does not exist.").with_title("Invalid ticket number")),
        Err(Fault::application("Tickets must contain a summary.")),
    ]
}

fn describe(call: Result<Call, Fault>) -> String {
    match call {
        Ok(call) => format!("{} {}", call.method, arguments(call.params)),
        Err(fault) => format!("{:?}: {}", fault.kind, fault.message),
    }
}

/// The arguments as a JSON array.
pub(crate) fn arguments(params: Vec<tracrpc_wire::Value>) -> String {
    let body = jsonrpc::write_call(
        &Call {
            method: String::new(),
            params,
        },
        0,
    );
    let body = String::from_utf8(body).unwrap();
    let body = body.strip_prefix(r#"{"method": "", "params": "#).unwrap();
    body.strip_suffix(r#", "id": 0}"#).unwrap().to_owned()
}
