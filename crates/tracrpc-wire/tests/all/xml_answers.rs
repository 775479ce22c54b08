//! XML-RPC answers, byte for byte those of Python's `xmlrpc.client`.

use tracrpc_wire::xmlrpc::XmlRpc;
use tracrpc_wire::{Call, Fault, Output, Struct, Value, multicall, xmlrpc};

use crate::support::{exchange, outcomes};

const CALL: &str = "<methodCall><methodName>ticket.create</methodName></methodCall>";

/// The layout of a result, of which `typed` is what `value` holds.
fn check(value: impl Into<Value>, typed: &str) {
    let value = value.into();
    let body = exchange(&XmlRpc, CALL, |_| Ok(Output::Value(value.clone())));
    let expected = format!(
        "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>{typed}</value>\n</param>\n</params>\n</methodResponse>\n"
    );
    assert_eq!(body, expected);
}

fn check_fault(fault: Fault, code: i64, text: &str) {
    let body = exchange(&XmlRpc, CALL, |_| Err(fault.clone()));
    assert_eq!(body, fault_body(code, text));
}

fn fault_body(code: i64, text: &str) -> String {
    format!(
        "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n\
         <member>\n<name>faultCode</name>\n<value><int>{code}</int></value>\n</member>\n\
         <member>\n<name>faultString</name>\n<value><string>{text}</string></value>\n</member>\n\
         </struct></value>\n</fault>\n</methodResponse>\n"
    )
}

#[test]
fn scalars() {
    check(2, "<int>2</int>");
    check(i64::from(i32::MIN), "<int>-2147483648</int>");
    check(1_i64 << 31, "<i8>2147483648</i8>");
    check(i64::MIN, "<i8>-9223372036854775808</i8>");
    check(true, "<boolean>1</boolean>");
    check(false, "<boolean>0</boolean>");
    check(1.5, "<double>1.5</double>");
    check(1e16, "<double>1e+16</double>");
    check("", "<string></string>");
    check(
        "First line\r\nsecond <b>& 'line' \"\r",
        "<string>First line\r\nsecond &lt;b&gt;&amp; 'line' \"\r</string>",
    );
    check(
        "tab\there\u{7f}del\u{85}nel\0",
        "<string>tab\there\u{fffd}del\u{85}nel\u{fffd}</string>",
    );
    check(Value::Nil, "<string></string>");
}

#[test]
fn dates_have_no_fraction() {
    for (moment, typed) in [
        ("2030-01-02T03:04:05Z", "20300102T03:04:05"),
        ("2030-01-02T03:04:05.999999Z", "20300102T03:04:05"),
        ("1969-12-31T23:59:59.5Z", "19691231T23:59:59"),
        ("0001-02-03T04:05:06Z", "00010203T04:05:06"),
    ] {
        let moment: tracrpc_wire::Timestamp = moment.parse().unwrap();
        check(
            moment,
            &format!("<dateTime.iso8601>{typed}</dateTime.iso8601>"),
        );
    }
}

#[test]
fn binary_is_in_lines() {
    check(Value::Binary(vec![]), "<base64>\n</base64>");
    check(Value::Binary(vec![0, 1]), "<base64>\nAAE=\n</base64>");
    let line = "YWFh".repeat(19);
    check(
        Value::Binary(vec![b'a'; 57]),
        &format!("<base64>\n{line}\n</base64>"),
    );
    check(
        Value::Binary(vec![b'a'; 58]),
        &format!("<base64>\n{line}\nYQ==\n</base64>"),
    );
}

#[test]
fn arrays_and_structs() {
    check(Vec::new(), "<array><data>\n</data></array>");
    check(
        vec![1.into(), Value::Nil, vec![2.into()].into()],
        "<array><data>\n<value><int>1</int></value>\n<value><string></string></value>\n\
         <value><array><data>\n<value><int>2</int></value>\n</data></array></value>\n</data></array>",
    );
    check(Struct::new(), "<struct>\n</struct>");
    check(
        [("b&", Value::Nil), ("a", 1.into())]
            .into_iter()
            .collect::<Struct>(),
        "<struct>\n<member>\n<name>b&amp;</name>\n<value><string></string></value>\n</member>\n\
         <member>\n<name>a</name>\n<value><int>1</int></value>\n</member>\n</struct>",
    );
}

#[test]
fn faults() {
    check_fault(
        Fault::method_not_found("no.such"),
        -32601,
        "RPC method \"no.such\" not found",
    );
    check_fault(
        Fault::not_found("Ticket 77 does not exist."),
        404,
        "Ticket 77 does not exist.",
    );
    check_fault(Fault::forbidden("No <b>"), 403, "No &lt;b&gt;");
    check_fault(
        Fault::application("Oops"),
        1,
        "'Oops' while executing 'ticket.create()'",
    );
    check_fault(
        Fault::invalid_params("Oops"),
        1,
        "'Oops' while executing 'ticket.create()'",
    );
    check_fault(
        Fault::application("bell \u{7}"),
        1,
        "'bell \u{fffd}' while executing 'ticket.create()'",
    );
}

#[test]
fn requests_that_are_no_call() {
    let refuse = |_| panic!("there is no call");
    let body = exchange(&XmlRpc, "<methodCall><params/></methodCall>", refuse);
    assert_eq!(
        body,
        fault_body(1, "'Missing method name' while executing 'None()'")
    );
    let body = exchange(&XmlRpc, "<methodCall><methodName>x", refuse);
    assert_eq!(
        body,
        fault_body(-32700, "the document ends within an element at byte 25")
    );
}

#[test]
fn a_failure_in_a_multicall_has_what_any_client_reads() {
    let named = |name: &str| Call {
        method: name.into(),
        params: vec![],
    };
    let request = multicall::call(["a.b", "ticket.get", "ticket.create"].map(named));
    let body = exchange(&XmlRpc, xmlrpc::write_call(&request), |_| {
        Ok(Output::Outcomes(outcomes()))
    });
    let success = "<value><array><data>\n<value><int>2</int></value>\n</data></array></value>\n";
    assert!(body.contains(success), "{body}");
    assert!(
        body.contains(&failure(
            404,
            "Ticket 9 does not exist.",
            "Ticket 9 does not exist.",
            "Invalid ticket number"
        )),
        "{body}"
    );
    let message = "Tickets must contain a summary.";
    let framed = format!("'{message}' while executing 'ticket.create()'");
    assert!(
        body.contains(&failure(1, &framed, message, "Trac Error")),
        "{body}"
    );
}

fn failure(code: i64, text: &str, message: &str, title: &str) -> String {
    format!(
        "<value><struct>\n\
         <member>\n<name>faultCode</name>\n<value><int>{code}</int></value>\n</member>\n\
         <member>\n<name>faultString</name>\n<value><string>{text}</string></value>\n</member>\n\
         <member>\n<name>_message</name>\n<value><string>{message}</string></value>\n</member>\n\
         <member>\n<name>title</name>\n<value><string>{title}</string></value>\n</member>\n\
         <member>\n<name>show_traceback</name>\n<value><boolean>0</boolean></value>\n</member>\n\
         </struct></value>\n"
    )
}

#[test]
fn entries_without_a_name_fail_like_the_others() {
    let outcomes = || Ok(Output::Outcomes(vec![Err(Fault::application("no name"))]));
    for params in [vec![], vec![1.into()], vec![Value::Array(vec![1.into()])]] {
        let request = Call {
            method: multicall::METHOD.into(),
            params,
        };
        let body = exchange(&XmlRpc, xmlrpc::write_call(&request), |_| outcomes());
        assert!(
            body.contains("'no name' while executing 'None()'"),
            "{body}"
        );
    }
}
