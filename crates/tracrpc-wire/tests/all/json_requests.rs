//! What requests in the plugin's dialect of JSON-RPC are understood as.

use tracrpc_wire::jsonrpc::JsonRpc;

use crate::support::read;

fn check(body: impl AsRef<[u8]>, expected: &str) {
    let body = body.as_ref();
    assert_eq!(
        read(&JsonRpc, body),
        expected,
        "{}",
        String::from_utf8_lossy(body)
    );
}

/// One argument, and how it goes out again.
fn argument(json: &str, expected: &str) {
    check(
        format!(r#"{{"method": "m", "params": [{json}], "id": 1}}"#),
        &format!("m [{expected}]"),
    );
}

fn refused(body: impl AsRef<[u8]>) {
    let found = read(&JsonRpc, body.as_ref());
    assert!(
        found.starts_with("Parse: "),
        "{}: {found}",
        String::from_utf8_lossy(body.as_ref())
    );
}

fn refused_class(class: &str) {
    refused(format!(
        r#"{{"method": "m", "params": [{{"__jsonclass__": {class}}}], "id": 1}}"#
    ));
}

#[test]
fn envelopes() {
    check(r#"{"method": "m", "params": [], "id": 1}"#, "m []");
    check(r#"{"method": "m", "params": [1, "a"]}"#, r#"m [1, "a"]"#);
    check(r#"{"method": "m"}"#, "m []");
    check(r#"{"method": "m", "params": null}"#, "m []");
    check(r#"{"method": "m", "params": {}}"#, "m []");
    check(r#"{"method": "m", "params": ""}"#, "m []");
    check(
        r#"{"method": "m", "extra": [1, {"__jsonclass__": 0}], "id": {"k": "v"}}"#,
        "m []",
    );
    check(r#" {"params": [2], "method": "m"} "#, "m [2]");
    check(
        r#"{"method": "a", "method": "m", "params": [1], "params": [2]}"#,
        "m [2]",
    );
    check(
        "\u{feff}{\"method\": \"system.getAPIVersion\", \"id\": 6}",
        "system.getAPIVersion []",
    );
    check(r#"{"method": ""}"#, " []");
}

#[test]
fn every_form_of_unicode_is_read() {
    let text = r#"{"method": "é😀", "params": ["NaN"]}"#;
    let expected = r#"é😀 ["NaN"]"#;
    let wide: Vec<u16> = text.encode_utf16().collect();
    let wider: Vec<u32> = text.chars().map(u32::from).collect();
    let bodies: [Vec<u8>; 5] = [
        text.into(),
        wide.iter().copied().flat_map(u16::to_le_bytes).collect(),
        wide.iter().copied().flat_map(u16::to_be_bytes).collect(),
        wider.iter().copied().flat_map(u32::to_le_bytes).collect(),
        wider.iter().copied().flat_map(u32::to_be_bytes).collect(),
    ];
    let marks: [&[u8]; 5] = [
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xff\xfe\0\0",
        b"\0\0\xfe\xff",
    ];
    for (body, mark) in bodies.iter().zip(marks) {
        check(body, expected);
        check([mark, body].concat(), expected);
    }
}

#[test]
fn constants_of_python_are_numbers() {
    argument(
        "[NaN, Infinity, -Infinity, 1e999]",
        "[null, null, null, null]",
    );
    argument("\"NaN -Infinity\"", "\"NaN -Infinity\"");
    for text in ["nan", "NaNs", "+Infinity", "Infinit"] {
        refused(format!(r#"{{"method": "m", "params": [{text}]}}"#));
    }
}

#[test]
fn envelopes_without_a_call() {
    check(
        r#"{"params": [], "id": 11}"#,
        "InvalidRequest: Missing method name",
    );
    check("{}", "InvalidRequest: Missing method name");
    check(r#"{"method": null}"#, "InvalidRequest: Missing method name");
    check(
        r#"{"method": 5}"#,
        "MethodNotFound: RPC method \"5\" not found",
    );
    check(
        r#"{"method": "m", "params": {"name": 1}}"#,
        "InvalidParams: parameters have no names here: params must be an array, got an object",
    );
    check(
        r#"{"method": "m", "params": "text"}"#,
        "InvalidParams: params must be an array, got a string",
    );
}

#[test]
fn values() {
    for json in [
        "null",
        "true",
        "0",
        "-5",
        "9223372036854775807",
        "1.5",
        "1e+16",
        r#""""#,
        "[]",
        "{}",
    ] {
        argument(json, json);
    }
    argument("1.0", "1.0");
    argument("1E2", "100.0");
    argument("-0", "0");
    argument("12345678901", "12345678901");
    argument("99999999999999999999", r#""99999999999999999999""#);
    argument("18446744073709551615", r#""18446744073709551615""#);
    argument("-99999999999999999999", r#""-99999999999999999999""#);
    argument(
        r#"{"b": [1, {"c": null}], "a": 2, "b": 3}"#,
        r#"{"b": 3, "a": 2}"#,
    );
    argument(r#""a\nb\r\n\u0000\u007f""#, r#""a\nb\r\n\u0000\u007f""#);
    argument(r#""\ud83d\ude00 é\/\"\\""#, r#""\ud83d\ude00 \u00e9/\"\\""#);
}

#[test]
fn dates_and_bytes() {
    let class = |kind: &str, text: &str| format!(r#"{{"__jsonclass__": ["{kind}", "{text}"]}}"#);
    for (text, expected) in [
        ("2031-02-03", "2031-02-03T00:00:00"),
        ("2031-02-03 04:05:06+02:00", "2031-02-03T02:05:06"),
        ("2031-02-03T04:05:06.5", "2031-02-03T04:05:06.500000"),
        ("2031-02-03T04:05:06.1234567Z", "2031-02-03T04:05:06.123456"),
        ("0001-01-01_00:00:00z", "0001-01-01T00:00:00"),
    ] {
        argument(&class("datetime", text), &class("datetime", expected));
    }
    argument(
        &class("binary", "AAEC\\nAwT/\\n"),
        &class("binary", "AAECAwT/"),
    );
    argument(&class("binary", ""), &class("binary", ""));
    refused(r#"{"method": "m", "params": [{"__jsonclass__": 1, "__jsonclass__": 2}]}"#);
    let two = r#"{"__jsonclass__": ["datetime", "x"], "b": 1}"#;
    argument(two, two);
}

#[test]
fn classes_that_cannot_be_read() {
    for class in [
        r#"["datetime", ""]"#,
        r#"["datetime", "now"]"#,
        r#"["datetime", "9999-12-31T23:59:59-23:59"]"#,
        r#"["datetime", 5]"#,
        r#"["datetime"]"#,
        r#""datetime""#,
        r#"["moment", "2031-02-03"]"#,
        r#"["binary", "A"]"#,
        r#"["binary", "*"]"#,
        "[]",
        "{}",
    ] {
        refused_class(class);
    }
}

#[test]
fn bodies_that_are_no_object() {
    for body in [
        "",
        "x",
        "{",
        r#"{"method": "m""#,
        "{'method': 'm'}",
        "[]",
        "\"text\"",
        "5",
        "5.5",
        "null",
        "true",
        r#"{"method": "m",}"#,
        "<methodCall/>",
        r#"{"method": "m"} tail"#,
        r#"[{"method": "m"}]"#,
        "[1, 2]",
        r#"{"method": "m", "params": ["\ud800"]}"#,
        r#"{"method": "m", "params": ["\x00"]}"#,
        "{\"method\": \"m\", \"params\": [\"\n\"]}",
    ] {
        refused(body);
    }
    refused(b"{\"method\": \"\xff\"}");
    refused(b"{\"method\": \"m\", \"id\": \"\xff\"}");
}

#[test]
fn multicalls_come_in_the_form_of_xml() {
    let check = |params: &str, expected: &str| {
        let body = format!(r#"{{"method": "system.multicall", "params": {params}}}"#);
        assert_eq!(
            read(&JsonRpc, &body),
            format!("system.multicall [{expected}]")
        );
    };
    check("[]", "[]");
    check("{}", "[]");
    check(
        r#"[{"method": "a.b", "params": [1], "id": 7}, {"method": "c", "extra": 0}]"#,
        r#"[{"methodName": "a.b", "params": [1]}, {"methodName": "c"}]"#,
    );
    check(
        r#"[{"id": 5, "methodName": "ignored"}]"#,
        r#"[{"methodName": ""}]"#,
    );
    let nested = r#"[[{"methodName": "a.b", "params": []}]]"#;
    check(
        &format!(r#"[{{"method": "system.multicall", "params": {nested}}}]"#),
        &format!(r#"[{{"methodName": "system.multicall", "params": {nested}}}]"#),
    );
    refused(r#"{"method": "system.multicall", "params": [5]}"#);
}
