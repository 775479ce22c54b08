//! Any bytes as an XML-RPC request: what is understood means the same when it
//! is written and read again, and every request has an answer that a client
//! can read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_wire::xmlrpc::{self, XmlRpc};
use tracrpc_wire::{Call, Limits, Message, Output, Protocol, Value};

fuzz_target!(|body: &[u8]| {
    let limits = Limits::default();
    let _ = xmlrpc::read_response(body, &limits);
    let mut request = XmlRpc.decode(&Message::new(body), &limits);
    let outcome = request.calls.remove(0).map(|call| {
        assert_eq!(again(&again(&call)), again(&call));
        Output::Value(call.params.into_iter().next().unwrap_or(Value::Nil))
    });
    let answer = request
        .responder
        .respond(vec![outcome])
        .expect("XML-RPC always answers");
    xmlrpc::read_response(&answer, &limits)
        .expect("a client reads what a server writes")
        .ok();
});

/// The call as a server has it that gets it from a client of this crate. The
/// first time a lone CR, which XML takes for a line feed, may become CR LF.
fn again(call: &Call) -> Call {
    let mut request = XmlRpc.decode(&Message::new(&xmlrpc::write_call(call)), &Limits::default());
    request
        .calls
        .remove(0)
        .expect("a server reads what a client writes")
}
