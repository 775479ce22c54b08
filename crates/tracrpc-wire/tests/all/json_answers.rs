//! Answers in the plugin's dialect of JSON-RPC, in the layout of Python's `json`.

use tracrpc_wire::jsonrpc::JsonRpc;
use tracrpc_wire::{Fault, Output, Struct, Value};

use crate::support::{exchange, outcomes};

const CALL: &str = r#"{"method": "m", "params": [], "id": 1}"#;

fn check(value: impl Into<Value>, json: &str) {
    let value = value.into();
    let body = exchange(&JsonRpc, CALL, |_| Ok(Output::Value(value.clone())));
    assert_eq!(
        body,
        format!("{{\"result\": {json}, \"error\": null, \"id\": 1}}\n")
    );
}

fn check_fault(fault: Fault, error: &str) {
    let body = exchange(&JsonRpc, CALL, |_| Err(fault.clone()));
    assert_eq!(
        body,
        format!(
            "{{\"result\": null, \"id\": 1, \"error\": {{\"name\": \"JSONRPCError\", {error}}}}}\n"
        )
    );
}

#[test]
fn values() {
    check(Value::Nil, "null");
    check(i64::MIN, "-9223372036854775808");
    check(1e-5, "1e-05");
    check(
        "a\"\\\u{8}\u{c}\n\r\t\u{1f}\u{7f}é😀/",
        r#""a\"\\\b\f\n\r\t\u001f\u007f\u00e9\ud83d\ude00/""#,
    );
    check(
        vec![true.into(), Value::Nil, vec![].into()],
        "[true, null, []]",
    );
    let members: Struct = [
        ("b", Value::Nil),
        ("a", 1.into()),
        ("é", Struct::new().into()),
    ]
    .into_iter()
    .collect();
    check(members, r#"{"b": null, "a": 1, "\u00e9": {}}"#);
}

#[test]
fn dates_and_bytes() {
    for (moment, text) in [
        ("2030-01-02T03:04:05Z", "2030-01-02T03:04:05"),
        ("2030-01-02T03:04:05.000007Z", "2030-01-02T03:04:05.000007"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000"),
        ("0001-02-03T04:05:06Z", "0001-02-03T04:05:06"),
    ] {
        let moment: tracrpc_wire::Timestamp = moment.parse().unwrap();
        check(
            moment,
            &format!(r#"{{"__jsonclass__": ["datetime", "{text}"]}}"#),
        );
    }
    let long = Value::Binary(vec![b'a'; 60]);
    check(
        long,
        &format!(
            r#"{{"__jsonclass__": ["binary", "{}"]}}"#,
            "YWFh".repeat(20)
        ),
    );
}

#[test]
fn faults() {
    check_fault(
        Fault::method_not_found("x"),
        r#""code": -32601, "message": "RPC method \"x\" not found""#,
    );
    check_fault(
        Fault::not_found("gone"),
        r#""code": 404, "message": "gone""#,
    );
    check_fault(Fault::forbidden("no"), r#""code": 403, "message": "no""#);
    check_fault(
        Fault::application("oops"),
        r#""code": -32603, "message": "oops""#,
    );
    check_fault(
        Fault::invalid_params("oops"),
        r#""code": -32603, "message": "oops""#,
    );
}

#[test]
fn the_id_comes_back_as_it_came() {
    for id in [
        "null",
        "0",
        "-1",
        "1.5",
        "1E400",
        "123456789012345678901234567890",
        "false",
        r#""text""#,
        r#""\u00fc""#,
        r#"["a", {"b": null}]"#,
        r#"{"__jsonclass__": ["datetime", "never"]}"#,
    ] {
        let body = format!(r#"{{"id": {id}, "method": "m"}}"#);
        let answer = exchange(&JsonRpc, &body, |_| Ok(Output::Value(2.into())));
        assert_eq!(
            answer,
            format!("{{\"result\": 2, \"error\": null, \"id\": {id}}}\n")
        );
    }
    let answer = exchange(&JsonRpc, r#"{"method": "m"}"#, |_| {
        Ok(Output::Value(2.into()))
    });
    assert_eq!(answer, "{\"result\": 2, \"error\": null, \"id\": null}\n");
}

#[test]
fn requests_that_are_no_call() {
    let check = |body: &str, id: &str, code: i64, message: &str| {
        let answer = exchange(&JsonRpc, body, |_| panic!("there is no call"));
        let error =
            format!(r#"{{"name": "JSONRPCError", "code": {code}, "message": "{message}"}}"#);
        assert_eq!(
            answer,
            format!("{{\"result\": null, \"id\": {id}, \"error\": {error}}}\n")
        );
    };
    check(
        r#"{"params": [], "id": 11}"#,
        "11",
        -32603,
        "Missing method name",
    );
    check(
        r#"{"id": 1, "method": "system.multicall", "params": [5]}"#,
        "null",
        -32700,
        "an entry of the multicall is not an object",
    );
    check("[]", "null", -32700, "JSON object is not a dict");
    check(
        "{",
        "null",
        -32700,
        "No JSON object could be decoded (EOF while parsing an object at line 1 column 1)",
    );
    check("42", "null", -32700, "JSON object is not a dict");
    let long = format!(r#"{{"method": "m", "id": "{}"}}"#, "x".repeat(1023));
    check(&long, "null", -32603, "the id is longer than 1024 bytes");
}

#[test]
fn ids_come_back_as_they_came() {
    for (id, expected) in [
        ("1.50", "1.50"),
        ("{\"a\": [1,2]}", "{\"a\": [1,2]}"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("1e999", "Infinity"),
        ("\"NaN\"", "\"NaN\""),
    ] {
        let answer = exchange(
            &JsonRpc,
            format!(r#"{{"method": "m", "id": {id}}}"#),
            |_| Ok(Output::Value(2.into())),
        );
        assert_eq!(
            answer,
            format!("{{\"result\": 2, \"error\": null, \"id\": {expected}}}\n")
        );
    }
    let body = r#"{"method": "system.multicall", "params": [{"id": -Infinity}], "id": 1}"#;
    let answer = exchange(&JsonRpc, body, |_| Ok(Output::Outcomes(vec![Ok(2.into())])));
    assert!(
        answer.contains(r#""error": null, "id": -Infinity}"#),
        "{answer}"
    );
}

#[test]
fn entries_of_a_multicall_are_answers() {
    let body =
        r#"{"method": "system.multicall", "id": "all", "params": [{"id": 11}, {"id": 0}, {}]}"#;
    let answer = exchange(&JsonRpc, body, |_| Ok(Output::Outcomes(outcomes())));
    let error = |code: i64, message: &str| {
        format!(r#"{{"name": "JSONRPCError", "code": {code}, "message": "{message}"}}"#)
    };
    let entries = [
        r#"{"result": 2, "error": null, "id": 11}"#.to_owned(),
        format!(
            r#"{{"result": null, "id": "all", "error": {}}}"#,
            error(404, "Ticket 9 does not exist.")
        ),
        format!(
            r#"{{"result": null, "id": "all", "error": {}}}"#,
            error(-32603, "Tickets must contain a summary.")
        ),
    ];
    assert_eq!(
        answer,
        format!(
            "{{\"result\": [{}], \"error\": null, \"id\": \"all\"}}\n",
            entries.join(", ")
        )
    );
}
