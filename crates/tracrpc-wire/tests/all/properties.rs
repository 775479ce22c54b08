//! What holds for any value and for any bytes.

use proptest::prelude::*;
use tracrpc_wire::jsonrpc::JsonRpc;
use tracrpc_wire::xmlrpc::XmlRpc;
use tracrpc_wire::{Call, Limits, Output, Protocol, Struct, Timestamp, Value, jsonrpc, xmlrpc};

use crate::support::{decode, exchange};

/// Values without the leaves that the protocols treat each in its own way.
fn nested(leaf: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    leaf.prop_recursive(4, 40, 6, |inner| {
        let members = prop::collection::vec((any::<String>().prop_map(legal), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::Array),
            members.prop_map(|members| Value::Struct(members.into_iter().collect::<Struct>())),
        ]
    })
}

/// Leaves that both protocols carry as they are.
fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(Value::Double),
        any::<String>().prop_map(|text| Value::String(legal(text))),
        prop::collection::vec(any::<u8>(), 0..200).prop_map(Value::Binary),
        (-62_135_596_800_i64..=253_402_300_799)
            .prop_map(|second| Value::DateTime(moment(second, 0))),
    ]
}

/// Leaves that only JSON carries as they are.
fn json_leaf() -> impl Strategy<Value = Value> {
    let second = -62_135_596_800_i64..=253_402_300_799;
    prop_oneof![
        4 => leaf(),
        1 => Just(Value::Nil),
        1 => any::<String>().prop_map(Value::String),
        1 => (second, 0..1_000_000).prop_map(|(second, micros)| Value::DateTime(moment(second, micros))),
    ]
}

fn moment(second: i64, microsecond: i32) -> Timestamp {
    Timestamp::from_microsecond(second * 1_000_000 + i64::from(microsecond)).unwrap()
}

/// Characters that XML carries and leaves as they are.
fn legal(text: String) -> String {
    let kept = |character: &char| match character {
        '\t' => true,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fddf}' => false,
        other => u32::from(*other) & 0xfffe != 0xfffe,
    };
    text.chars().filter(kept).collect()
}

/// What a server that hands on its only argument answers.
fn echo(protocol: &dyn Protocol, body: &[u8]) -> String {
    exchange(protocol, body, |mut call| {
        Ok(Output::Value(call.params.remove(0)))
    })
}

fn call(value: Value) -> Call {
    Call {
        method: "echo".into(),
        params: vec![value],
    }
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let pieces = "(<|>|/|&|;|#|\"|\\[|\\]|\\{|\\}|,|:|[0-9.eE+-]|null|true|method|params|id|jsonrpc|2\\.0\
        |<methodCall>|</methodCall>|<methodName>m</methodName>|<params>|<param>|<value>|</value>|</param>|</params>\
        |<array>|<data>|</data>|</array>|<struct>|<member>|<name>|</name>|</member>|</struct>|<int>|</int>|<nil/>\
        |__jsonclass__|datetime|binary|é|\u{0}|&#10;|\\\\u[0-9a-f]{4}){0,40}";
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        pieces.prop_map(String::into_bytes)
    ]
}

/// Whether a client could read it. Batches and notifications are not for
/// the clients here.
fn is_answer(protocol: &str, answer: &str) -> bool {
    let limits = Limits::default();
    match protocol {
        "XML-RPC" => xmlrpc::read_response(answer.as_bytes(), &limits).is_ok(),
        _ if answer.is_empty() || answer.starts_with('[') => true,
        _ => jsonrpc::read_response(answer.as_bytes(), &limits).is_ok(),
    }
}

proptest! {
    #[test]
    fn xml_brings_values_there_and_back(value in nested(leaf())) {
        let body = echo(&XmlRpc, &xmlrpc::write_call(&call(value.clone())));
        let reply = xmlrpc::read_response(body.as_bytes(), &Limits::default());
        prop_assert_eq!(reply, Ok(Ok(value)));
    }

    #[test]
    fn json_brings_values_there_and_back(value in nested(json_leaf())) {
        let body = echo(&JsonRpc, &jsonrpc::write_call(&call(value.clone()), 1));
        prop_assert!(body.is_ascii());
        let reply = jsonrpc::read_response(body.as_bytes(), &Limits::default());
        prop_assert_eq!(reply, Ok(Ok(value)));
    }

    #[test]
    fn any_text_goes_out_as_xml(text in any::<String>()) {
        let body = xmlrpc::write_call(&call(text.into()));
        prop_assert!(decode(&XmlRpc, &body).calls.remove(0).is_ok());
    }

    #[test]
    fn any_bytes_have_an_answer(body in body()) {
        for protocol in tracrpc_wire::builtin_protocols() {
            let answer = exchange(&*protocol, &body, |call| Ok(Output::Value(Value::Array(call.params))));
            prop_assert!(is_answer(protocol.name(), &answer), "{}", answer);
        }
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(body in body()) {
        let _ = xmlrpc::read_response(&body, &Limits::default());
        let _ = jsonrpc::read_response(&body, &Limits::default());
    }
}
