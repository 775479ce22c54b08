//! XML-RPC, as Python's `xmlrpc.client` reads and writes it.
//!
//! Beyond the [specification](http://xmlrpc.com/spec.md) it understands what
//! clients of Trac send: a parameter without `value`, a value without type,
//! `nil`, integers of 64 bits, prefixes before the names of types.

mod characters;
mod decode;
mod encode;
mod encoding;
mod tokens;

use crate::{
    Call, Endpoint, Error, Fault, Limits, Message, Out, Outcome, Protocol, Reply, Request,
    Responder, Struct, Value, multicall,
};

/// The protocol for servers.
#[derive(Clone, Copy, Debug, Default)]
pub struct XmlRpc;

impl Protocol for XmlRpc {
    fn name(&self) -> &str {
        "XML-RPC"
    }

    fn component(&self) -> &str {
        "tracrpc.xml_rpc.XmlRpcProtocol"
    }

    fn documentation(&self) -> &str {
        DOCUMENTATION
    }

    fn endpoints(&self) -> &[Endpoint] {
        const {
            &[
                Endpoint::new("rpc", "application/xml"),
                Endpoint::new("rpc", "text/xml"),
                Endpoint::new("xmlrpc", "application/xml"),
                Endpoint::new("xmlrpc", "text/xml"),
            ]
        }
    }

    fn decode(&self, message: &Message<'_>, limits: &Limits) -> Request {
        match read_call(message.body, message.charset, limits) {
            Ok((Some(method), params)) => request(Call { method, params }),
            Ok((None, _)) => refusal(Fault::invalid_request("Missing method name")),
            Err(error) => refusal(Fault::parse(error.to_string())),
        }
    }

    /// There is no value without a tag.
    fn most_values(&self, body: &[u8]) -> usize {
        body.iter().filter(|byte| **byte == b'<').count()
    }
}

/// The body of a request that makes `call`.
///
/// ```
/// # use tracrpc_wire::{Call, xmlrpc};
/// let call = Call { method: "ticket.get".into(), params: vec![1.into()] };
/// let body = String::from_utf8(xmlrpc::write_call(&call)).unwrap();
/// assert!(body.contains("<methodName>ticket.get</methodName>"));
/// ```
pub fn write_call(call: &Call) -> Vec<u8> {
    encode::call(&call.method, &call.params)
}

/// Reads the body of an answer.
///
/// # Errors
/// If it is no `methodResponse`, or beyond `limits`.
pub fn read_response(body: &[u8], limits: &Limits) -> Result<Reply, Error> {
    decode::response(&encoding::decode(body, None)?, limits)
}

/// Takes the result of a [multicall](crate::multicall) apart.
///
/// # Errors
/// If it is not the result of one.
pub fn read_outcomes(result: Value) -> Result<Vec<Reply>, Error> {
    multicall::replies(result, |outcome| match outcome {
        Value::Array(values) => values.into_iter().next().map(Ok),
        Value::Struct(fault) => multicall::fault(&fault, "faultCode", "faultString").map(Err),
        _ => None,
    })
}

/// The text that a client of XML-RPC sends to name what it was told is called
/// `text`. It is another one where a document cannot hold the text as it is.
///
/// ```
/// # use tracrpc_wire::xmlrpc::there_and_back;
/// assert_eq!(there_and_back("a\nb\rc\r\nd\0"), "a\r\nb\r\nc\r\nd\u{fffd}");
/// ```
pub fn there_and_back(text: &str) -> String {
    characters::there_and_back(text)
}

const DOCUMENTATION: &str = r#"Most languages have a library for XML-RPC. With `curl`, a file `body.xml` of
{{{
<?xml version="1.0"?>
<methodCall>
  <methodName>wiki.getPage</methodName>
  <params><param><value>WikiStart</value></param></params>
</methodCall>
}}}
is sent by
{{{
curl --user name --header "Content-Type: application/xml" --data @body.xml {login_url}
}}}
In Python:
{{{
import xmlrpc.client
trac = xmlrpc.client.ServerProxy("{login_url}")    # name:password@ before the host
print(trac.wiki.getPage("WikiStart"))
}}}
Dates are in UTC. Without a login, the address is {url}.
"#;

type NamedCall = (Option<String>, Vec<Value>);

fn read_call(body: &[u8], charset: Option<&str>, limits: &Limits) -> Result<NamedCall, Error> {
    decode::call(&encoding::decode(body, charset)?, limits)
}

fn request(call: Call) -> Request {
    let entries = multicall::entries(&call).iter().map(entry_name).collect();
    let responder = XmlResponder {
        method: Some(call.method.clone()),
        entries,
    };
    Request {
        calls: vec![Ok(call)],
        responder: Box::new(responder),
    }
}

fn refusal(fault: Fault) -> Request {
    let responder = XmlResponder {
        method: None,
        entries: Vec::new(),
    };
    Request {
        calls: vec![Err(fault)],
        responder: Box::new(responder),
    }
}

fn entry_name(entry: &Value) -> Option<String> {
    let name = entry.as_struct()?.get("methodName")?;
    name.as_str().map(str::to_owned)
}

struct XmlResponder {
    method: Option<String>,
    /// The methods that the entries of a multicall name.
    entries: Vec<Option<String>>,
}

impl Responder for XmlResponder {
    fn answer(&self, _call: usize, outcome: Outcome, out: &mut Out<'_>) {
        match outcome {
            Ok(value) => encode::result(&value, out),
            Err(fault) => {
                let members = fault_members(&fault, self.method.as_deref());
                encode::fault(&members.into(), out);
            }
        }
    }

    fn begin(&self, _call: usize, out: &mut Out<'_>) {
        encode::begin_array(out);
    }

    fn entry(&self, _call: usize, number: usize, outcome: Outcome, out: &mut Out<'_>) {
        let name = self.entries.get(number).and_then(Option::as_deref);
        encode::item(&entry(outcome, name), out);
    }

    fn end(&self, _call: usize, out: &mut Out<'_>) {
        encode::end_array(out);
    }

    fn finish(&self, out: &mut Out<'_>) -> bool {
        if out.is_empty() {
            encode::result(&Value::Nil, out);
        }
        true
    }
}

/// A success is an array of one value. A failure has the members of the
/// specification of multicall and those that the plugin writes instead:
/// there are clients that look for either.
fn entry(outcome: Outcome, method: Option<&str>) -> Value {
    let fault = match outcome {
        Ok(value) => return Value::Array(vec![value]),
        Err(fault) => fault,
    };
    let mut members = fault_members(&fault, method);
    members.insert("_message", fault.message);
    members.insert("title", fault.title);
    members.insert("show_traceback", false);
    members.into()
}

fn fault_members(fault: &Fault, method: Option<&str>) -> Struct {
    let mut members = Struct::new();
    members.insert("faultCode", fault.xml_code());
    members.insert("faultString", text(fault, method));
    members
}

/// The plugin names the method where it has no code for the failure, and
/// writes Python's `None` where there is no name.
fn text(fault: &Fault, method: Option<&str>) -> String {
    match fault.kind.xml_code() {
        1 => format!(
            "'{}' while executing '{}()'",
            fault.message,
            method.unwrap_or("None")
        ),
        _ => fault.message.clone(),
    }
}
