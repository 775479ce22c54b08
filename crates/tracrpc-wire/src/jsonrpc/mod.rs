//! JSON-RPC: the dialect of Trac's plugin, and JSON-RPC 2.0 for those who ask
//! for it.
//!
//! In both, a date is `{"__jsonclass__": ["datetime", "2020-01-02T03:04:05"]}`
//! in UTC, and bytes are `{"__jsonclass__": ["binary", "<base64>"]}`.

mod constants;
mod decode;
mod encode;
mod encoding;
mod envelope;
mod request;
mod respond;

use serde::ser::{Serialize, SerializeMap, Serializer};

use self::encode::Json;
use self::envelope::{Document, Envelope};
use self::request::{Reading, Version};
use self::respond::JsonResponder;
use crate::{
    Call, Endpoint, Error, Limits, Message, Out, Protocol, Reply, Request, Struct, Value, multicall,
};

/// The protocol for servers.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonRpc;

impl Protocol for JsonRpc {
    fn name(&self) -> &str {
        "JSON-RPC"
    }

    fn component(&self) -> &str {
        "tracrpc.json_rpc.JsonRpcProtocol"
    }

    fn documentation(&self) -> &str {
        DOCUMENTATION
    }

    fn endpoints(&self) -> &[Endpoint] {
        const {
            &[
                Endpoint::new("rpc", "application/json"),
                Endpoint::new("jsonrpc", "application/json"),
            ]
        }
    }

    fn decode(&self, message: &Message<'_>, limits: &Limits) -> Request {
        let text = match encoding::decode(message.body, message.charset) {
            Ok(text) => text,
            Err(error) => return single(undecodable(Version::Plugin, &error)),
        };
        match envelope::parse(&constants::replaced(&text), limits) {
            Ok(Document::One(envelope)) => single(envelope.read()),
            Ok(Document::Many(envelopes)) if is_batch(&envelopes) => batch(envelopes),
            Ok(Document::Many(_) | Document::Other) => {
                single(request::unreadable(Version::Plugin, NO_OBJECT))
            }
            Err(error) => single(undecodable(Version::sniff(text.as_bytes()), &error)),
        }
    }

    fn most_values(&self, body: &[u8]) -> usize {
        let separates = |byte: &&u8| matches!(byte, b',' | b':' | b'[' | b'{');
        1 + body.iter().filter(separates).count()
    }
}

/// The body of a request that makes `call`, in the plugin's dialect.
///
/// ```
/// # use tracrpc_wire::{Call, jsonrpc};
/// let call = Call { method: "ticket.get".into(), params: vec![1.into()] };
/// let body = jsonrpc::write_call(&call, 7);
/// assert_eq!(body, br#"{"method": "ticket.get", "params": [1], "id": 7}"#);
/// ```
pub fn write_call(call: &Call, id: i64) -> Vec<u8> {
    let mut out = Out::new();
    encode::write(&Outgoing { call, id }, &mut out);
    out.into_bytes()
}

/// Reads the body of an answer, in the plugin's dialect or of JSON-RPC 2.0.
///
/// # Errors
/// If it is no answer, or beyond `limits`.
pub fn read_response(body: &[u8], limits: &Limits) -> Result<Reply, Error> {
    let text = encoding::decode(body, None)?;
    let reply = match decode::value(&text, limits)? {
        Value::Struct(message) => reply(message),
        _ => None,
    };
    reply.ok_or_else(|| Error::new("the answer has neither result nor error"))
}

/// Takes the result of a [multicall](crate::multicall) apart.
///
/// # Errors
/// If it is not the result of one.
pub fn read_outcomes(result: Value) -> Result<Vec<Reply>, Error> {
    multicall::replies(result, |outcome| match outcome {
        Value::Struct(message) => reply(message),
        _ => None,
    })
}

/// Reads one value, with the dialect's typed objects for dates and bytes.
///
/// # Errors
/// If it is no JSON, or beyond `limits`.
pub fn read_value(text: &[u8], limits: &Limits) -> Result<Value, Error> {
    decode::value(&encoding::decode(text, None)?, limits)
}

/// Writes one value, with the dialect's typed objects for dates and bytes.
///
/// ```
/// # use tracrpc_wire::{Value, jsonrpc};
/// assert_eq!(jsonrpc::write_value(&Value::Binary(vec![1])), r#"{"__jsonclass__": ["binary", "AQ=="]}"#);
/// ```
pub fn write_value(value: &Value) -> String {
    encode::to_text(value)
}

const DOCUMENTATION: &str = r#"A request names the method, the parameters in order, and an `id` that comes
back with the answer. With `curl`:
{{{
curl --user name --header "Content-Type: application/json" \
     --data '{"method": "wiki.getPage", "params": ["WikiStart"], "id": 1}' {login_url}
}}}
The answer has all of `result`, `error` and `id`; one of the first two is null.
JSON has no dates and no bytes, so these are written as
 * `{"__jsonclass__": ["datetime", "YYYY-MM-DDThh:mm:ss"]}`, in UTC
 * `{"__jsonclass__": ["binary", "<base64>"]}`

A request with `"jsonrpc": "2.0"` is answered as JSON-RPC 2.0 has it, batches
and notifications included. Without a login, the address is {url}.
"#;

/// The plugin's words for what is no request.
const NO_OBJECT: &str = "JSON object is not a dict";

/// A body that is no JSON, in the plugin's words.
fn undecodable(version: Version, error: &Error) -> Reading {
    request::unreadable(
        version,
        format!("No JSON object could be decoded ({error})"),
    )
}

/// How many requests a batch may hold: the answer to each is longer than the
/// shortest request.
const MAX_BATCH: usize = 1000;

fn single((answer, call): Reading) -> Request {
    let responder = JsonResponder {
        answers: vec![answer],
        batch: false,
    };
    Request {
        calls: vec![call],
        responder: Box::new(responder),
    }
}

/// Only JSON-RPC 2.0 has batches, the plugin refuses an array.
fn is_batch(envelopes: &[Option<Envelope>]) -> bool {
    envelopes
        .iter()
        .flatten()
        .any(|envelope| envelope.version() == Version::Two)
}

fn batch(envelopes: Vec<Option<Envelope>>) -> Request {
    if envelopes.len() > MAX_BATCH {
        return single(request::invalid_request(None));
    }
    let read = |envelope: Option<Envelope>| match envelope {
        Some(envelope) => envelope.read_two(),
        None => request::invalid_request(None),
    };
    let (answers, calls) = envelopes.into_iter().map(read).unzip();
    Request {
        calls,
        responder: Box::new(JsonResponder {
            answers,
            batch: true,
        }),
    }
}

fn reply(mut message: Struct) -> Option<Reply> {
    match message.remove("error") {
        None | Some(Value::Nil) => message.remove("result").map(Ok),
        Some(Value::Struct(error)) => multicall::fault(&error, "code", "message").map(Err),
        Some(_) => None,
    }
}

/// A call in its envelope.
struct Outgoing<'a> {
    call: &'a Call,
    id: i64,
}

impl Serialize for Outgoing<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("method", &self.call.method)?;
        map.serialize_entry("params", &Params(self.call))?;
        map.serialize_entry("id", &self.id)?;
        map.end()
    }
}

/// The parameters of a call. Those of a multicall are its entries themselves.
struct Params<'a>(&'a Call);

impl Serialize for Params<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.method == multicall::METHOD {
            true => serializer.collect_seq(multicall::entries(self.0).iter().map(Entry)),
            false => serializer.collect_seq(self.0.params.iter().map(Json)),
        }
    }
}

/// An entry of a multicall, which calls `method` what XML-RPC calls `methodName`.
struct Entry<'a>(&'a Value);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(entry) = self.0.as_struct() else {
            return Json(self.0).serialize(serializer);
        };
        serializer.collect_map(entry.iter().map(|(name, value)| match name {
            "methodName" => ("method", Json(value)),
            _ => (name, Json(value)),
        }))
    }
}
