//! Both sides of both protocols together.

use tracrpc_wire::jsonrpc::JsonRpc;
use tracrpc_wire::xmlrpc::XmlRpc;
use tracrpc_wire::{
    Call, Error, Fault, Limits, Output, RemoteFault, Reply, Struct, Value, jsonrpc, multicall,
    xmlrpc,
};

use crate::support::{exchange, outcomes};

fn call() -> Call {
    let attributes: Struct = [("keywords", "<a> & b"), ("cc", "é")].into_iter().collect();
    Call {
        method: "ticket.update".into(),
        params: vec![1.into(), "text".into(), attributes.into(), Value::Nil],
    }
}

fn over_xml(call: &Call, outcome: Result<Output, Fault>) -> Result<Reply, Error> {
    let body = exchange(&XmlRpc, xmlrpc::write_call(call), |read| {
        assert_eq!(read, *call);
        outcome.clone()
    });
    xmlrpc::read_response(body.as_bytes(), &Limits::default())
}

fn over_json(call: &Call, outcome: Result<Output, Fault>) -> Result<Reply, Error> {
    let body = exchange(&JsonRpc, jsonrpc::write_call(call, 1), |read| {
        assert_eq!(read, *call);
        outcome.clone()
    });
    jsonrpc::read_response(body.as_bytes(), &Limits::default())
}

#[test]
fn the_layout_of_a_call_is_pythons() {
    let call = Call {
        method: "a<b".into(),
        params: vec![Value::Nil, 1.into()],
    };
    let expected = "<?xml version='1.0'?>\n<methodCall>\n<methodName>a&lt;b</methodName>\n<params>\n\
                    <param>\n<value><nil/></value>\n</param>\n<param>\n<value><int>1</int></value>\n</param>\n\
                    </params>\n</methodCall>\n";
    assert_eq!(
        String::from_utf8(xmlrpc::write_call(&call)).unwrap(),
        expected
    );
}

#[test]
fn results_arrive() {
    let result = Value::from(vec![1.into(), "two\nlines".into(), 0.5.into()]);
    assert_eq!(
        over_xml(&call(), Ok(Output::Value(result.clone()))),
        Ok(Ok(result.clone()))
    );
    assert_eq!(
        over_json(&call(), Ok(Output::Value(result.clone()))),
        Ok(Ok(result))
    );
    assert_eq!(
        over_json(&call(), Ok(Output::Value(Value::Nil))),
        Ok(Ok(Value::Nil))
    );
}

#[test]
fn faults_arrive() {
    let gone = |code| {
        Ok(Err(RemoteFault {
            code,
            message: "gone".into(),
        }))
    };
    assert_eq!(over_xml(&call(), Err(Fault::not_found("gone"))), gone(404));
    assert_eq!(over_json(&call(), Err(Fault::not_found("gone"))), gone(404));
    assert_eq!(
        over_json(&call(), Err(Fault::application("gone"))),
        gone(-32603)
    );
}

#[test]
fn multicalls_arrive() {
    let request = multicall::call([call(), call(), call()]);
    let output = || Ok(Output::Outcomes(outcomes()));
    let fault = |code, message: &str| {
        Err(RemoteFault {
            code,
            message: message.into(),
        })
    };
    let missing = fault(404, "Ticket 9 does not exist.");

    let result = over_xml(&request, output()).unwrap().unwrap();
    let framed = "'Tickets must contain a summary.' while executing 'ticket.update()'";
    assert_eq!(
        xmlrpc::read_outcomes(result),
        Ok(vec![Ok(2.into()), missing.clone(), fault(1, framed)])
    );

    let result = over_json(&request, output()).unwrap().unwrap();
    let summary = "Tickets must contain a summary.";
    assert_eq!(
        jsonrpc::read_outcomes(result),
        Ok(vec![Ok(2.into()), missing, fault(-32603, summary)])
    );
}

#[test]
fn answers_that_are_none() {
    let limits = Limits::default();
    for body in [
        "",
        "<html>",
        "<methodResponse/>",
        "<methodCall/>",
        "<methodResponse><fault/></methodResponse>",
    ] {
        assert!(
            xmlrpc::read_response(body.as_bytes(), &limits).is_err(),
            "{body}"
        );
    }
    for body in [
        "",
        "[]",
        "{}",
        r#"{"id": 1}"#,
        r#"{"error": 5}"#,
        r#"{"result": null, "error": {}}"#,
    ] {
        assert!(
            jsonrpc::read_response(body.as_bytes(), &limits).is_err(),
            "{body}"
        );
    }
    assert!(xmlrpc::read_outcomes(1.into()).is_err());
    assert!(xmlrpc::read_outcomes(vec![1.into()].into()).is_err());
    assert!(jsonrpc::read_outcomes(vec![vec![1.into()].into()].into()).is_err());
}

#[test]
fn answers_of_other_servers() {
    let limits = Limits::default();
    let body =
        br#"{"jsonrpc": "2.0", "error": {"code": -32601, "message": "no", "data": [1]}, "id": 1}"#;
    let fault = RemoteFault {
        code: -32601,
        message: "no".into(),
    };
    assert_eq!(jsonrpc::read_response(body, &limits), Ok(Err(fault)));
    let body =
        b"<methodResponse><params><param><value>a\r\nb</value></param></params></methodResponse>";
    assert_eq!(xmlrpc::read_response(body, &limits), Ok(Ok("a\nb".into())));
    let body = b"<methodResponse><params/></methodResponse>";
    assert_eq!(xmlrpc::read_response(body, &limits), Ok(Ok(Value::Nil)));
}
