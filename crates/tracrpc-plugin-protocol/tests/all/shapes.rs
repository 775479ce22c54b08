//! Members of messages: what is missing, what is wrong, and what comes back.

use tracrpc_plugin_protocol::messages::{
    Action, Call, CallAnswer, Decoded, DecodedAs, Description, Encode, Event, EventKind, FaultData,
    FaultName, Initialized, MethodRow, Response, TicketValidate,
};
use tracrpc_plugin_protocol::{ErrorCode, Frame, Limits, Message, RpcError, Shape};
use tracrpc_wire::{Fault, Timestamp, Value};

/// The value that JSON stands for.
fn value(json: &str) -> Value {
    let line = format!("{{\"id\":1,\"result\":{json}}}").into_bytes();
    let frame = Frame {
        line,
        blobs: Vec::new(),
    };
    match Message::from_frame(frame, &Limits::default()) {
        Ok(Message::Answer {
            outcome: Ok(value), ..
        }) => value,
        other => panic!("{json}: {other:?}"),
    }
}

fn survives<T: Shape + Clone + PartialEq + std::fmt::Debug>(shape: T) {
    assert_eq!(T::read(shape.clone().write()), Ok(shape));
}

fn error<T: Shape + std::fmt::Debug>(json: &str) -> String {
    T::read(value(json)).unwrap_err().to_string()
}

#[test]
fn missing_members_have_their_defaults() {
    let read = Initialized::read(value("{}")).unwrap();
    assert_eq!(read.protocol, 1);
    assert_eq!(read.capabilities.concurrency, 1);
    assert!(!read.capabilities.blobs);
    assert_eq!(Description::read(value("{}")), Ok(Description::default()));
    let method = MethodRow::read(value(
        r#"{"name":"a.b","parameters":[{"name":"x"},{"name":"y","default":null}],"help":null}"#,
    ))
    .unwrap();
    assert_eq!(method.help, "");
    assert_eq!(method.parameters[0].default.0, None);
    assert_eq!(method.parameters[1].default.0, Some(Value::Nil));
    survives(method);
    assert_eq!(
        CallAnswer::read(value("{}")),
        Ok(CallAnswer::Value(Value::Nil))
    );
}

#[test]
fn what_is_wrong_is_named() {
    assert_eq!(error::<MethodRow>("{}"), "`name` is missing");
    assert_eq!(error::<MethodRow>("1"), "expected an object, got int");
    assert_eq!(
        error::<MethodRow>(r#"{"name":"a","signatures":[["int"],[1]]}"#),
        "`signatures[1][0]`: expected a text, got int"
    );
    assert_eq!(
        error::<Action>(r#"{"action":"a","controls":[["x","y",1]]}"#),
        "`controls[0]`: expected 4 items, got 3"
    );
    assert_eq!(
        error::<Event>(
            r#"{"kind":"ticket.lost","environment":"e","id":1,"author":"a","time":{"$date":"2026-01-31T12:00:00Z"}}"#
        ),
        "there is no event `ticket.lost`"
    );
}

#[test]
fn one_bad_row_does_not_empty_a_description() {
    let read = Description::read(value(
        r#"{"methods":[{"name":"a.b"},{"name":1},7],"policies":7,"groups":"yes",
            "delegates":{"ticket.update":"manipulators","x":1},"hooks":["search"],
            "problems":[{"origin":"here","problem":"old"}]}"#,
    ));
    let read = read.unwrap();
    assert_eq!(read.methods.len(), 1);
    assert_eq!(
        read.delegates,
        [("ticket.update".into(), "manipulators".into())]
    );
    assert!(read.has_hook("search") && !read.has_hook("auth/check"));
    let problems: Vec<&str> = read
        .problems
        .iter()
        .map(|row| row.problem.as_str())
        .collect();
    assert_eq!(
        problems,
        [
            "old",
            "`methods[1].name`: expected a text, got int",
            "`methods[2]`: expected an object, got int",
            "`policies`: expected an array, got int",
            "`groups`: expected a truth value, got string",
            "`delegates.x`: expected a text, got int",
        ]
    );
    survives(Description {
        problems: Vec::new(),
        ..read
    });
}

#[test]
fn faults_go_there_and_back() {
    let fault = Fault::not_found("no such thing")
        .with_code(7)
        .with_name("Gone");
    let error = RpcError::from(fault.clone());
    assert_eq!(
        (error.code, error.message.as_str()),
        (ErrorCode::FAULT, "no such thing")
    );
    let data = error.into_fault().unwrap();
    assert_eq!(data.kind, FaultName::NotFound);
    assert_eq!(Fault::from(data), fault);
    let other = FaultData::read(value(r#"{"kind":"strange","message":"m"}"#)).unwrap();
    assert_eq!(Fault::from(other), Fault::application("m"));
    let overloaded = RpcError::new(ErrorCode::OVERLOADED, "too much");
    assert_eq!(overloaded.clone().into_fault(), Err(overloaded));
}

#[test]
fn the_forms_of_calls_and_answers_survive() {
    let fault = || FaultData::from(Fault::forbidden("no"));
    let response = Response {
        status: 204,
        headers: vec![("A".into(), "b".into())],
        body: b"x".to_vec(),
    };
    survives(CallAnswer::Outcomes(vec![Ok(Value::Int(1)), Err(fault())]));
    survives(CallAnswer::Response(response.clone()));
    for request in [
        DecodedAs::Call {
            method: Some("a.b".into()),
            args: vec![Value::Nil],
        },
        DecodedAs::Fault(fault()),
        DecodedAs::Response(response),
    ] {
        survives(Decoded {
            exchange: Some(3),
            request,
        });
    }
    for outcome in [Ok(CallAnswer::Value(Value::Bool(false))), Err(fault())] {
        survives(Encode {
            protocol: "p".into(),
            exchange: Some(1),
            outcome,
        });
    }
    survives(Event {
        kind: EventKind::MilestoneChanged {
            old: [("name", "m1")].into_iter().collect(),
        },
        environment: "e".into(),
        id: "m2".into(),
        author: "joe".into(),
        time: Timestamp::UNIX_EPOCH,
    });
    let call = Call::read(value(r#"{"method":"m","context":{"environment":"e"}}"#)).unwrap();
    assert_eq!(call.context.user, "anonymous");
    survives(call);
    let ticket =
        r#"{"context":{"environment":"e"},"id":null,"fields":{"summary":"s"},"changed":[]}"#;
    survives(TicketValidate::read(value(ticket)).unwrap());
}
