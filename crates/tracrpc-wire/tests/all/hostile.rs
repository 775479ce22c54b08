//! Bodies that mean harm: each ends in a fault, soon, on a small stack.

use std::time::{Duration, Instant};

use tracrpc_wire::jsonrpc::JsonRpc;
use tracrpc_wire::xmlrpc::XmlRpc;
use tracrpc_wire::{Limits, Message, Protocol, Value};

use crate::support::{decode, read};

const MEGABYTE: usize = 1 << 20;

fn refused(protocol: &dyn Protocol, body: &[u8], message: &str) {
    let start = Instant::now();
    let found = read(protocol, body);
    assert!(
        found.starts_with("Parse: ") && found.contains(message),
        "{found}"
    );
    assert!(start.elapsed() < Duration::from_secs(20));
}

fn fill(pattern: &str) -> String {
    pattern.repeat(MEGABYTE / pattern.len())
}

fn xml(params: &str) -> String {
    format!(
        "<methodCall><methodName>m</methodName><params><param>{params}</param></params></methodCall>"
    )
}

fn json(params: &str) -> String {
    format!(r#"{{"method": "m", "params": [{params}]}}"#)
}

/// Arrays in arrays, so that the innermost is at `depth`.
fn nested(depth: usize, open: &str, close: &str) -> String {
    open.repeat(depth) + &close.repeat(depth)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        _ => 1,
    }
}

#[test]
fn nesting_is_bounded_where_it_says() {
    let check = |protocol: &dyn Protocol, body: fn(&str) -> String, open, close| {
        let deepest = body(&nested(Limits::MAX_DEPTH, open, close));
        let call = decode(protocol, deepest.as_bytes())
            .calls
            .remove(0)
            .unwrap();
        assert_eq!(depth(&call.params[0]), Limits::MAX_DEPTH);
        let deeper = body(&nested(Limits::MAX_DEPTH + 1, open, close));
        refused(protocol, deeper.as_bytes(), "deeper than 100");
    };
    check(
        &XmlRpc,
        xml,
        "<value><array><data>",
        "</data></array></value>",
    );
    check(&JsonRpc, json, "[", "]");
}

#[test]
fn limits_hold_but_no_further_than_the_stack() {
    let with = |depth, values| {
        let mut limits = Limits::default();
        (limits.depth, limits.values) = (depth, values);
        limits
    };
    let cases: [(&dyn Protocol, String); 2] = [
        (
            &XmlRpc,
            xml("<value><array><data><int>1</int></data></array></value>"),
        ),
        (&JsonRpc, json("[1]")),
    ];
    for (protocol, body) in cases {
        let fails = |limits| {
            protocol
                .decode(&Message::new(body.as_bytes()), &limits)
                .calls
                .remove(0)
                .is_err()
        };
        assert!(fails(with(1, 100)));
        assert!(!fails(with(2, 100)));
        assert!(fails(with(100, 1)));
    }
    let mut limits = Limits::default();
    limits.depth = usize::MAX;
    let body = xml(&nested(5000, "<array>", "</array>"));
    assert!(
        XmlRpc
            .decode(&Message::new(body.as_bytes()), &limits)
            .calls
            .remove(0)
            .is_err()
    );
}

#[test]
fn a_megabyte_of_openings() {
    refused(
        &XmlRpc,
        xml(&fill("<value><array><data>")).as_bytes(),
        "deeper than 100",
    );
    refused(
        &XmlRpc,
        xml(&fill("<struct><member><name>a</name>")).as_bytes(),
        "deeper than 100",
    );
    refused(
        &XmlRpc,
        fill("<methodCall>").as_bytes(),
        "unexpected element",
    );
    refused(&XmlRpc, fill("<").as_bytes(), "");
    refused(&JsonRpc, fill("[").as_bytes(), "");
    refused(&JsonRpc, json(&fill("[")).as_bytes(), "deeper than 100");
    refused(
        &JsonRpc,
        json(&fill(r#"{"a":"#)).as_bytes(),
        "deeper than 100",
    );
    refused(
        &JsonRpc,
        fill(r#"{"params":"#).as_bytes(),
        "deeper than 100",
    );
    refused(&JsonRpc, format!(r#"{{"id": {}"#, fill("[")).as_bytes(), "");
}

#[test]
fn entities_are_not_defined() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE m [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>\
                <methodCall><methodName>&b;</methodName></methodCall>";
    refused(&XmlRpc, bomb.as_bytes(), "document type");
    let outside = "<!DOCTYPE m SYSTEM 'file:///etc/passwd'><methodCall><methodName>m</methodName></methodCall>";
    refused(&XmlRpc, outside.as_bytes(), "document type");
}

#[test]
fn memory_is_bounded_by_the_number_of_values() {
    refused(
        &XmlRpc,
        xml(&format!("<array>{}</array>", "<nil/>".repeat(600_000))).as_bytes(),
        "too many values",
    );
    refused(
        &JsonRpc,
        json(&format!("[{}0]", "0,".repeat(600_000))).as_bytes(),
        "too many values",
    );
    refused(
        &JsonRpc,
        format!("[{}0]", "0,".repeat(600_000)).as_bytes(),
        "too many values",
    );
}

#[test]
fn many_members_take_linear_time() {
    let start = Instant::now();
    let members: Vec<String> = (0..100_000).map(|n| format!("\"{n}\": 1")).collect();
    let call = decode(
        &JsonRpc,
        json(&format!("{{{}}}", members.join(","))).as_bytes(),
    )
    .calls
    .remove(0)
    .unwrap();
    assert_eq!(call.params[0].as_struct().unwrap().len(), 100_000);
    let members: String = (0..100_000)
        .map(|n| format!("<member><name>{n}</name><value/></member>"))
        .collect();
    let call = decode(
        &XmlRpc,
        xml(&format!("<struct>{members}</struct>")).as_bytes(),
    )
    .calls
    .remove(0)
    .unwrap();
    assert_eq!(call.params[0].as_struct().unwrap().len(), 100_000);
    assert!(start.elapsed() < Duration::from_secs(20));
}

/// Each prefix of a good request, and each with one byte made another.
#[test]
fn damaged_requests_do_no_harm() {
    let bodies: [(&dyn Protocol, String); 2] = [
        (
            &XmlRpc,
            xml(
                "<value><struct><member><name>é</name><value><base64>AAA=</base64></value></member></struct></value>",
            ),
        ),
        (
            &JsonRpc,
            json(r#"{"é": {"__jsonclass__": ["datetime", "2020-01-02T03:04:05"]}}, 1.5"#),
        ),
    ];
    for (protocol, body) in bodies {
        let body = body.as_bytes();
        for place in 0..body.len() {
            let cut = read(protocol, &body[..place]);
            assert!(cut.starts_with("Parse: "), "{place}: {cut}");
            for byte in [0, b'<', b'"', b'&', 0x80, 0xff] {
                let mut damaged = body.to_vec();
                damaged[place] = byte;
                read(protocol, &damaged);
            }
        }
    }
}

#[test]
fn long_texts_are_no_trouble() {
    let text = fill("a&amp;\n");
    let call = decode(&XmlRpc, xml(&format!("<value>{text}</value>")).as_bytes())
        .calls
        .remove(0)
        .unwrap();
    assert_eq!(call.params[0].as_str().unwrap().len(), text.len() / 7 * 4);
    let digits = "9".repeat(MEGABYTE);
    assert!(read(&JsonRpc, json(&digits)).len() > MEGABYTE);
    assert!(read(&XmlRpc, xml(&format!("<int>{digits}</int>"))).len() > MEGABYTE);
    refused(
        &XmlRpc,
        xml(&format!("<int>{digits}x</int>")).as_bytes(),
        "is no int",
    );
}
