//! What XML-RPC requests are understood as.

use tracrpc_wire::xmlrpc::XmlRpc;

use crate::support::read;

fn check(body: impl AsRef<[u8]>, expected: &str) {
    let body = body.as_ref();
    assert_eq!(
        read(&XmlRpc, body),
        expected,
        "{}",
        String::from_utf8_lossy(body)
    );
}

/// A call with one argument, of which `param` is all that `param` holds.
fn argument(param: &str, expected: &str) {
    let param = format!("<param>{param}</param>");
    check(call(&param), &format!("m {expected}"));
}

fn value(typed: &str, expected: &str) {
    argument(&format!("<value>{typed}</value>"), expected);
}

fn refused(body: impl AsRef<[u8]>) {
    let found = read(&XmlRpc, body.as_ref());
    assert!(
        found.starts_with("Parse: "),
        "{}: {found}",
        String::from_utf8_lossy(body.as_ref())
    );
}

fn call(params: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<methodCall><methodName>m</methodName><params>{params}</params></methodCall>"
    )
}

fn refused_value(typed: &str) {
    refused(call(&format!("<param><value>{typed}</value></param>")));
}

#[test]
fn calls_without_arguments() {
    for body in [
        "<methodCall><methodName>m</methodName></methodCall>",
        "<methodCall><methodName>m</methodName><params/></methodCall>",
        "<methodCall><methodName>m</methodName><params></params></methodCall>",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\n<methodCall>\n  <methodName>m</methodName>\n  <params>\n  </params>\n</methodCall>\n",
        "\u{feff}<?xml version='1.0'?><!-- a --><methodCall ><methodName>m</methodName ></methodCall><!-- b -->\n",
        "<methodCall><params/><methodName>m</methodName></methodCall>",
        "<a:methodCall xmlns:a='u'><a:methodName>m</a:methodName><a:params/></a:methodCall>",
        "<methodCall><methodName>m</methodName><params><param/><param></param></params></methodCall>",
    ] {
        check(body, "m []");
    }
}

#[test]
fn names_of_methods() {
    check("<methodCall><methodName/></methodCall>", " []");
    check(
        "<methodCall><methodName> m </methodName></methodCall>",
        " m  []",
    );
    check(
        "<methodCall><methodName>&#119;&#x2e;&amp;</methodName></methodCall>",
        "w.& []",
    );
    check(
        "<methodCall><params/></methodCall>",
        "InvalidRequest: Missing method name",
    );
}

#[test]
fn parameters_with_less_than_they_should_have() {
    argument("<value><string>Lean</string></value>", r#"["Lean"]"#);
    argument("<value>Lean</value>", r#"["Lean"]"#);
    argument("<string>Lean</string>", r#"["Lean"]"#);
    argument("\n <int>1</int>\n ", "[1]");
    argument("<value></value>", r#"[""]"#);
    argument("<value/>", r#"[""]"#);
    argument("<value> </value>", r#"[" "]"#);
    argument("<array><data><value>a</value></data></array>", r#"[["a"]]"#);
    check(
        call("<value>1</value><param><value>2</value></param>"),
        r#"m ["1", "2"]"#,
    );
}

#[test]
fn types() {
    value("<int>1</int>", "[1]");
    value("<i4> -1 </i4>", "[-1]");
    value("<i8>+9223372036854775807</i8>", "[9223372036854775807]");
    value("<i2>3</i2>", "[3]");
    value("<ex:i8 xmlns:ex='u'>1</ex:i8>", "[1]");
    value(
        "<i8>99999999999999999999</i8>",
        r#"["99999999999999999999"]"#,
    );
    value("<boolean>1</boolean>", "[true]");
    value("<boolean>false</boolean>", "[false]");
    value("<double>1.5</double>", "[1.5]");
    value("<double> 1e5 </double>", "[100000.0]");
    value("<ex:float>2</ex:float>", "[2.0]");
    value("<nil/>", "[null]");
    value("<ex:nil></ex:nil>", "[null]");
    value(" <string> a </string> ", r#"[" a "]"#);
    value(
        "<dateTime.iso8601>20330203T04:05:06</dateTime.iso8601>",
        r#"[{"__jsonclass__": ["datetime", "2033-02-03T04:05:06"]}]"#,
    );
    value(
        "<base64>AAH/</base64>",
        r#"[{"__jsonclass__": ["binary", "AAH/"]}]"#,
    );
    value(
        "<base64>\n  AAH\n  /\n</base64>",
        r#"[{"__jsonclass__": ["binary", "AAH/"]}]"#,
    );
    value(
        "<base64></base64>",
        r#"[{"__jsonclass__": ["binary", ""]}]"#,
    );
}

#[test]
fn arrays_and_structs() {
    value("<array><data></data></array>", "[[]]");
    value("<array/>", "[[]]");
    value("<array><value><int>1</int></value></array>", "[[1]]");
    value(
        "<array><data><value><i4>1</i4></value>\n<nil/><value>x</value></data></array>",
        r#"[[1, null, "x"]]"#,
    );
    value("<struct></struct>", "[{}]");
    value("<struct/>", "[{}]");
    let member = |name: &str, value: &str| format!("<member><name>{name}</name>{value}</member>");
    let members = member("b", "<value>1</value>")
        + &member("a\nb", "<int>2</int>")
        + &member("b", "<value/>");
    value(
        &format!("<struct>{members}</struct>"),
        r#"[{"b": "", "a\nb": 2}]"#,
    );
}

#[test]
fn text() {
    value(
        "a&lt;b&gt;&amp;&quot;&apos;&#x1F600;&#233;",
        r#"["a<b>&\"'\ud83d\ude00\u00e9"]"#,
    );
    value("a<!-- not -->b<?not?>c", r#"["abc"]"#);
    value("<![CDATA[<x>&amp;]]>y", r#"["<x>&amp;y"]"#);
    value("\u{85}\u{2028}", r#"["\u0085\u2028"]"#);
}

#[test]
fn line_feeds_become_those_of_the_web() {
    value("one\ntwo", r#"["one\r\ntwo"]"#);
    value("one\r\ntwo\rthree", r#"["one\r\ntwo\r\nthree"]"#);
    value(
        "one&#13;&#10;two&#13;three&#10;four",
        r#"["one\r\r\ntwo\rthree\r\nfour"]"#,
    );
    value("one&#13;\ntwo&#xD;\r\nthree", r#"["one\r\ntwo\r\nthree"]"#);
    value("&#13;\n&#13;\n&#13;", r#"["\r\n\r\n\r"]"#);
    value("<![CDATA[one\ntwo]]>", r#"["one\r\ntwo"]"#);
    value(
        "<array><data><value>a\n</value></data></array>",
        r#"[["a\r\n"]]"#,
    );
}

#[test]
fn doubles_of_any_kind_are_read() {
    for text in ["nan", "inf", "-inf", "1e999"] {
        value(&format!("<double>{text}</double>"), "[null]");
    }
}

#[test]
fn encodings() {
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><methodCall><methodName>\xe9</methodName></methodCall>";
    check(latin, "é []");
    let text = "<?xml version='1.0' encoding='utf-16'?><methodCall><methodName>é</methodName></methodCall>";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check([b"\xff\xfe", wide.as_slice()].concat(), "é []");
}

#[test]
fn multicalls() {
    value(
        "<array><data><value><struct><member><name>methodName</name><value>a.b</value></member>\
         <member><name>params</name><value><array><data/></array></value></member></struct></value></data></array>",
        r#"[[{"methodName": "a.b", "params": []}]]"#,
    );
}

#[test]
fn bodies_that_are_no_call() {
    for body in [
        "",
        " ",
        "plain text",
        "<methodCall>",
        "<methodCall></methodCall>",
        "<methodCall></methodCall",
        "<a/>",
        "{\"method\": \"m\"}",
        "<methodResponse><params/></methodResponse>",
        "<methodCall><methodName>m</methodName><params><param></methodCall>",
        "<methodCall><methodName>&nbsp;</methodName></methodCall>",
        "<methodCall><methodName>m&</methodName></methodCall>",
        "<methodCall attr=5><methodName>x</methodName></methodCall>",
        "<methodCall a='1' a='2'><methodName>x</methodName></methodCall>",
        "<methodCall><methodName>m</methodName></methodCall><methodCall/>",
        "<methodCall><methodName>m</methodName></methodCall> junk",
        "junk <methodCall><methodName>m</methodName></methodCall>",
        "<methodCall><methodName>m</methodName><params><param>",
        "<methodCall><methodName>m</methodName>junk</methodCall>",
        "<methodCall><methodName><value>m</value></methodName></methodCall>",
        "<methodCall><methodName>m</methodName><params><param><foo>1</foo></param></params></methodCall>",
        "<?xml version='1.0' encoding='bogus'?><methodCall><methodName>m</methodName></methodCall>",
    ] {
        refused(body);
    }
    refused(b"<methodCall><methodName>\xff</methodName></methodCall>");
}

#[test]
fn values_that_are_none() {
    for typed in [
        "<boolean>maybe</boolean>",
        "<boolean/>",
        "<int>one</int>",
        "<int></int>",
        "<int>-</int>",
        "<int>1.0</int>",
        "<double>1,5</double>",
        "<double>a number</double>",
        "<foo>1</foo>",
        "junk<int>1</int>",
        "<int>1</int>junk",
        "<int>1</int><int>2</int>",
        "<string>a<b>c</b></string>",
        "<value>1</value>",
        "<params/>",
        "<dateTime.iso8601>now</dateTime.iso8601>",
        "<dateTime.iso8601>20330230T00:00:00</dateTime.iso8601>",
        "<dateTime.iso8601/>",
        "<base64>A</base64>",
        "<base64>*</base64>",
        "<array><data><value>1</value></data>text</array>",
        "<struct><member><name>a</name></member></struct>",
        "<struct><member><value>a</value></member></struct>",
        "<struct><value>a</value></struct>",
        "&#0;",
        "&#1;",
        "&#xFFFF;",
        "&#xD800;",
        "&#x110000;",
        "\u{1}",
        "\u{fffe}",
    ] {
        refused_value(typed);
    }
}

#[test]
fn errors_name_what_and_where() {
    check(
        call("<param><value><int>one</int></value></param>"),
        "Parse: `one` is no int at byte 96",
    );
    check(
        "<methodCall><foo/></methodCall>",
        "Parse: unknown element `foo` at byte 18",
    );
}
