//! Any bytes as a JSON-RPC request: what is understood means the same when it
//! is written and read again, and every answer can be read by a client.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_wire::jsonrpc::{self, JsonRpc};
use tracrpc_wire::{Call, Fault, Limits, Message, Output, Protocol, Value};

fuzz_target!(|body: &[u8]| {
    let limits = Limits::default();
    let _ = jsonrpc::read_response(body, &limits);
    let request = JsonRpc.decode(&Message::new(body), &limits);
    let outcomes = request.calls.into_iter().map(echo).collect();
    match request.responder.respond(outcomes) {
        Some(answer) if answer.starts_with(b"[") => assert!(answer.ends_with(b"]\n")),
        // The id goes back as it came, even if it is more than a value can hold.
        Some(answer) if jsonrpc::read_value(body, &limits).is_ok() => {
            jsonrpc::read_response(&answer, &limits)
                .expect("a client reads what a server writes")
                .ok();
        }
        Some(_) | None => {}
    }
});

fn echo(call: Result<Call, Fault>) -> Result<Output, Fault> {
    let call = call?;
    assert_eq!(again(&call), call);
    Ok(Output::Value(
        call.params.into_iter().next().unwrap_or(Value::Nil),
    ))
}

/// The call as a server has it that gets it from a client of this crate.
fn again(call: &Call) -> Call {
    let mut request = JsonRpc.decode(
        &Message::new(&jsonrpc::write_call(call, 1)),
        &Limits::default(),
    );
    request
        .calls
        .remove(0)
        .expect("a server reads what a client writes")
}
