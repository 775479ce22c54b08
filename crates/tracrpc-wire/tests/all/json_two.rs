//! JSON-RPC 2.0, by the examples of its specification and beyond.

use tracrpc_wire::jsonrpc::JsonRpc;
use tracrpc_wire::{Call, Fault, Output, Value};

use crate::support::exchange;

/// A server with one method, which knows how to subtract.
fn serve(call: Call) -> Result<Output, Fault> {
    match (call.method.as_str(), call.params.as_slice()) {
        ("subtract", [Value::Int(a), Value::Int(b)]) => Ok(Output::Value((a - b).into())),
        ("subtract", _) => Err(Fault::invalid_params("two ints, please")),
        ("forbidden", _) => Err(Fault::forbidden("no")),
        ("broken", _) => Err(Fault::application("oops")),
        (name, _) => Err(Fault::method_not_found(name)),
    }
}

fn check(request: &str, expected: &str) {
    let expected = if expected.is_empty() {
        String::new()
    } else {
        format!("{expected}\n")
    };
    assert_eq!(exchange(&JsonRpc, request, serve), expected, "{request}");
}

const INVALID: &str =
    r#"{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}"#;

#[test]
fn calls() {
    check(
        r#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#,
        r#"{"jsonrpc": "2.0", "result": 19, "id": 1}"#,
    );
    check(
        r#"{"id": null, "method": "subtract", "params": [1, 2], "jsonrpc": "2.0"}"#,
        r#"{"jsonrpc": "2.0", "result": -1, "id": null}"#,
    );
    check(
        r#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#,
        r#"{"jsonrpc": "2.0", "error": {"code": -32601, "message": "RPC method \"foobar\" not found"}, "id": "1"}"#,
    );
    check(
        r#"{"jsonrpc": "2.0", "method": "subtract", "id": 2}"#,
        r#"{"jsonrpc": "2.0", "error": {"code": -32602, "message": "two ints, please"}, "id": 2}"#,
    );
    check(
        r#"{"jsonrpc": "2.0", "method": "forbidden", "id": 3}"#,
        r#"{"jsonrpc": "2.0", "error": {"code": 403, "message": "no"}, "id": 3}"#,
    );
    check(
        r#"{"jsonrpc": "2.0", "method": "broken", "id": 4}"#,
        r#"{"jsonrpc": "2.0", "error": {"code": -32603, "message": "oops"}, "id": 4}"#,
    );
}

#[test]
fn named_parameters_are_refused() {
    check(
        r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
        r#"{"jsonrpc": "2.0", "error": {"code": -32602, "message": "parameters have no names here: params must be an array, got an object"}, "id": 3}"#,
    );
}

#[test]
fn notifications_have_no_answer() {
    check(
        r#"{"jsonrpc": "2.0", "method": "subtract", "params": [1, 2]}"#,
        "",
    );
    check(r#"{"jsonrpc": "2.0", "method": "foobar"}"#, "");
    check(
        r#"{"jsonrpc": "2.0", "method": "foobar", "params": {"named": 1}}"#,
        "",
    );
}

#[test]
fn what_is_no_request() {
    check(
        r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#,
        INVALID,
    );
    check(r#"{"jsonrpc": "2.0"}"#, INVALID);
    check(
        r#"{"jsonrpc": "2.0", "method": "subtract", "id": [1]}"#,
        INVALID,
    );
    check(
        r#"{"jsonrpc": "2.0", "id": 5}"#,
        &INVALID.replace("null", "5"),
    );
}

#[test]
fn what_cannot_be_read() {
    let check = |request: &str, message: &str| {
        check(
            request,
            &format!(
                r#"{{"jsonrpc": "2.0", "error": {{"code": -32700, "message": "{message}"}}, "id": null}}"#
            ),
        );
    };
    check(
        r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#,
        "No JSON object could be decoded (expected `,` or `}` at line 1 column 40)",
    );
    check(
        r#"[{"jsonrpc" : "2.0", "method""#,
        "No JSON object could be decoded (EOF while parsing an object at line 1 column 29)",
    );
    let entry = "an entry of the multicall is not an object";
    check(
        r#"{"jsonrpc": "2.0", "method": "system.multicall", "params": [1], "id": 1}"#,
        entry,
    );
}

#[test]
fn batches() {
    check(
        r#"[
            {"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": "2"},
            {"jsonrpc": "2.0", "method": "subtract", "params": [7, 1]},
            {"foo": "boo"},
            1,
            [{}],
            null,
            {"method": "subtract", "params": [1, 1], "id": 6},
            {"jsonrpc": "2.0", "method": "foo.get", "params": [], "id": "5"}
        ]"#,
        &format!(
            "[{}, {}, {}]",
            r#"{"jsonrpc": "2.0", "result": 19, "id": "2"}"#,
            [
                INVALID,
                INVALID,
                INVALID,
                INVALID,
                &INVALID.replace("null", "6")
            ]
            .join(", "),
            r#"{"jsonrpc": "2.0", "error": {"code": -32601, "message": "RPC method \"foo.get\" not found"}, "id": "5"}"#,
        ),
    );
    check(
        r#"[{"jsonrpc": "2.0", "method": "subtract", "params": [1, 2]}]"#,
        "",
    );
    check(
        r#"[{"jsonrpc": "2.0", "method": "subtract", "params": [1, 2], "id": 1}]"#,
        r#"[{"jsonrpc": "2.0", "result": -1, "id": 1}]"#,
    );
}

#[test]
fn a_batch_has_bounds() {
    let one = r#"{"jsonrpc": "2.0", "method": "subtract", "params": [1, 2]}"#;
    let batch = |ones: usize| format!("[{one}{}]", ", 1".repeat(ones));
    assert_eq!(
        exchange(&JsonRpc, batch(999), serve)
            .matches("-32600")
            .count(),
        999
    );
    check(&batch(1000), INVALID);
}

/// The plugin knows no versions: what is not of 2.0 in all is answered as ever.
#[test]
fn other_versions_are_the_plugins() {
    let expected = r#"{"result": -1, "error": null, "id": 1}"#;
    check(
        r#"{"method": "subtract", "params": [1, 2], "id": 1, "jsonrpc": "2.0", "extra": true}"#,
        expected,
    );
    check(
        r#"{"method": "subtract", "params": [1, 2], "id": 1, "jsonrpc": 2.0}"#,
        expected,
    );
    check(
        r#"{"method": "subtract", "params": [1, 2], "id": 1, "version": "1.1"}"#,
        expected,
    );
}

#[test]
fn a_multicall_keeps_the_plugins_entries() {
    let body =
        r#"{"jsonrpc": "2.0", "method": "system.multicall", "params": [{"method": "x"}], "id": 4}"#;
    let answer = exchange(&JsonRpc, body, |_| Ok(Output::Outcomes(vec![Ok(1.into())])));
    assert_eq!(
        answer,
        "{\"jsonrpc\": \"2.0\", \"result\": [{\"result\": 1, \"error\": null, \"id\": 4}], \"id\": 4}\n"
    );
}
