//! Calls written and answers read independently of the project's own codecs.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use roxmltree::{Document, Node};
use serde_json::{Map, Number, Value, json};

use super::values::marker;

/// The XML-RPC request for a call.
pub(crate) fn xml_request(method: &str, args: &[Value]) -> String {
    let mut body = String::from("<?xml version='1.0'?>\n<methodCall>\n<methodName>");
    escape(method, &mut body);
    body.push_str("</methodName>\n<params>\n");
    for arg in args {
        body.push_str("<param>\n");
        xml_value(arg, &mut body);
        body.push_str("</param>\n");
    }
    body.push_str("</params>\n</methodCall>\n");
    body
}

fn xml_value(value: &Value, out: &mut String) {
    out.push_str("<value>");
    match (marker(value), value) {
        (Some(("#date", text)), _) => {
            let text = text.as_str().unwrap_or_default().replace('-', "");
            let text = &text[..text.len().min(17)];
            write!(out, "<dateTime.iso8601>{text}</dateTime.iso8601>").unwrap();
        }
        (Some(("#binary", text)), _) => {
            write!(
                out,
                "<base64>{}</base64>",
                text.as_str().unwrap_or_default()
            )
            .unwrap();
        }
        (_, Value::Null) => out.push_str("<nil/>"),
        (_, Value::Bool(truth)) => write!(out, "<boolean>{}</boolean>", u8::from(*truth)).unwrap(),
        (_, Value::Number(n)) if n.is_f64() => write!(out, "<double>{n}</double>").unwrap(),
        (_, Value::Number(n)) => write!(out, "<int>{n}</int>").unwrap(),
        (_, Value::String(text)) => {
            out.push_str("<string>");
            escape(text, out);
            out.push_str("</string>");
        }
        (_, Value::Array(items)) => {
            out.push_str("<array><data>\n");
            items.iter().for_each(|item| xml_value(item, out));
            out.push_str("</data></array>");
        }
        (_, Value::Object(members)) => {
            out.push_str("<struct>\n");
            for (name, member) in members {
                out.push_str("<member>\n<name>");
                escape(name, out);
                out.push_str("</name>\n");
                xml_value(member, out);
                out.push_str("</member>\n");
            }
            out.push_str("</struct>");
        }
    }
    out.push_str("</value>\n");
}

fn escape(text: &str, out: &mut String) {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    // A parser makes a line feed of a bare carriage return.
    out.push_str(&text.replace('\r', "&#13;"));
}

/// `{"result": …}` or `{"fault": [code, text]}` of an XML-RPC answer.
pub(crate) fn xml_answer(body: &str) -> Result<Value, String> {
    let document = Document::parse(body).map_err(|e| e.to_string())?;
    let value = document
        .descendants()
        .find(|node| node.has_tag_name("value"));
    let value = xml_typed(value.ok_or("no value")?)?;
    if document
        .descendants()
        .any(|node| node.has_tag_name("fault"))
    {
        return Ok(json!({"fault": [value["faultCode"], value["faultString"]]}));
    }
    Ok(json!({"result": value}))
}

fn xml_typed(value: Node<'_, '_>) -> Result<Value, String> {
    let typed = value
        .first_element_child()
        .ok_or("a value without a type")?;
    let text = typed.text().unwrap_or_default();
    Ok(match typed.tag_name().name() {
        "nil" => Value::Null,
        "boolean" => Value::Bool(text == "1"),
        "int" | "i4" | "i8" => Value::Number(Number::from(parsed::<i64>(text)?)),
        "double" => json!(parsed::<f64>(text)?),
        "string" => Value::String(text.to_owned()),
        "dateTime.iso8601" if text.len() > 8 => {
            let (day, time) = text.split_at(8);
            json!({"#date": format!("{}-{}-{}{time}", &day[..4], &day[4..6], &day[6..])})
        }
        "base64" => {
            let packed: String = text.split_whitespace().collect();
            let bytes = STANDARD.decode(packed).map_err(|e| e.to_string())?;
            json!({"#binary": STANDARD.encode(bytes)})
        }
        "array" => {
            let data = typed.first_element_child().ok_or("an array without data")?;
            let items: Result<_, _> = elements(data).map(xml_typed).collect();
            Value::Array(items?)
        }
        "struct" => Value::Object(elements(typed).map(xml_member).collect::<Result<_, _>>()?),
        other => return Err(format!("the type `{other}`")),
    })
}

fn xml_member(member: Node<'_, '_>) -> Result<(String, Value), String> {
    let mut parts = elements(member);
    let name = parts
        .next()
        .and_then(|name| name.text())
        .unwrap_or_default();
    Ok((
        name.to_owned(),
        xml_typed(parts.next().ok_or("a member without a value")?)?,
    ))
}

fn elements<'a, 'input>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("the number `{text}`"))
}

/// The JSON-RPC request for a call.
pub(crate) fn json_request(method: &str, args: &[Value], id: usize) -> String {
    let params: Vec<Value> = args.iter().map(to_json_class).collect();
    json!({"id": id, "method": method, "params": params}).to_string()
}

fn to_json_class(value: &Value) -> Value {
    match marker(value) {
        Some(("#date", text)) => json!({"__jsonclass__": ["datetime", text]}),
        Some(("#binary", text)) => json!({"__jsonclass__": ["binary", text]}),
        _ => each(value, to_json_class),
    }
}

/// A received JSON value with its typed objects as a scenario writes them.
pub(crate) fn from_json_class(value: &Value) -> Value {
    let class = value
        .get("__jsonclass__")
        .filter(|_| value.as_object().is_some_and(|m| m.len() == 1));
    match class.and_then(Value::as_array).map(Vec::as_slice) {
        Some([Value::String(kind), text]) if kind == "datetime" => json!({"#date": text}),
        Some([Value::String(kind), text]) => json!({format!("#{kind}"): text}),
        _ => each(value, from_json_class),
    }
}

fn each(value: &Value, change: fn(&Value) -> Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(change).collect()),
        Value::Object(members) => {
            let changed = members
                .iter()
                .map(|(name, member)| (name.clone(), change(member)));
            Value::Object(changed.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// `{"result": …}` or `{"fault": [code, text]}` of an answer in the plugin's JSON dialect.
pub(crate) fn json_answer(body: &str, id: Option<usize>) -> Result<Value, String> {
    let reply: Value = serde_json::from_str(body).map_err(|e| e.to_string())?;
    let members = reply.as_object().ok_or("no object")?;
    let envelope = members.len() == 3
        && ["id", "result", "error"]
            .iter()
            .all(|m| members.contains_key(*m));
    if !envelope || id.is_some_and(|id| reply["id"] != json!(id)) {
        return Err(format!("the envelope {reply}"));
    }
    let error = &reply["error"];
    if error.is_null() {
        return Ok(json!({"result": from_json_class(&reply["result"])}));
    }
    if !reply["result"].is_null() || error["name"] != "JSONRPCError" {
        return Err(format!("the error {reply}"));
    }
    Ok(json!({"fault": [error["code"], error["message"]]}))
}
