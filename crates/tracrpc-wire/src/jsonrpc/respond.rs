//! From outcomes to the body of an answer.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::encode::{Json, write};
use super::request::{Answer, Version};
use crate::{Fault, FaultKind, Outcome, Output, Responder, Value};

/// Answers a request, or a batch of them.
pub(super) struct JsonResponder {
    pub(super) answers: Vec<Answer>,
    pub(super) batch: bool,
}

impl Responder for JsonResponder {
    fn respond(self: Box<Self>, outcomes: Vec<Result<Output, Fault>>) -> Option<Vec<u8>> {
        let pairs = self.answers.iter().zip(&outcomes);
        let messages = pairs
            .filter(|(answer, _)| !answer.silent)
            .map(|(answer, outcome)| message(answer, outcome));
        let messages: Vec<Message<'_>> = messages.collect();
        let mut out = Vec::new();
        match (messages.as_slice(), self.batch) {
            ([], _) => return None,
            ([message], false) => write(message, &mut out),
            (messages, _) => write(&messages, &mut out),
        }
        out.push(b'\n');
        Some(out)
    }
}

fn message<'a>(answer: &'a Answer, outcome: &'a Result<Output, Fault>) -> Message<'a> {
    let payload = match outcome {
        Ok(Output::Value(value)) => Ok(Payload::Value(value)),
        Ok(Output::Outcomes(outcomes)) => Ok(Payload::Outcomes(answer, outcomes)),
        Err(fault) => Err(fault),
    };
    Message {
        version: answer.version,
        id: Id::Raw(answer.id.as_deref()),
        payload,
    }
}

/// One answer, of a request or of an entry in a multicall.
struct Message<'a> {
    version: Version,
    id: Id<'a>,
    payload: Result<Payload<'a>, &'a Fault>,
}

enum Payload<'a> {
    Value(&'a Value),
    Outcomes(&'a Answer, &'a [Outcome]),
}

enum Id<'a> {
    Raw(Option<&'a RawValue>),
    Value(&'a Value),
}

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        match (self.version, &self.payload) {
            (Version::Plugin, Ok(payload)) => {
                map.serialize_entry("result", payload)?;
                map.serialize_entry("error", &())?;
                map.serialize_entry("id", &self.id)?;
            }
            (Version::Plugin, Err(fault)) => {
                map.serialize_entry("result", &())?;
                map.serialize_entry("id", &self.id)?;
                map.serialize_entry("error", &PluginError(fault))?;
            }
            (Version::Two, Ok(payload)) => {
                map.serialize_entry("jsonrpc", "2.0")?;
                map.serialize_entry("result", payload)?;
                map.serialize_entry("id", &self.id)?;
            }
            (Version::Two, Err(fault)) => {
                map.serialize_entry("jsonrpc", "2.0")?;
                map.serialize_entry("error", &ErrorTwo(fault))?;
                map.serialize_entry("id", &self.id)?;
            }
        }
        map.end()
    }
}

impl Serialize for Id<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Id::Raw(raw) => raw.serialize(serializer),
            Id::Value(value) => Json(value).serialize(serializer),
        }
    }
}

impl Serialize for Payload<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Payload::Value(value) => Json(value).serialize(serializer),
            Payload::Outcomes(answer, outcomes) => {
                serializer.collect_seq(entries(answer, outcomes))
            }
        }
    }
}

/// The outcomes of a multicall as answers of the plugin's dialect. An entry
/// whose `id` Python would take for false has that of the whole.
fn entries<'a>(answer: &'a Answer, outcomes: &'a [Outcome]) -> impl Iterator<Item = Message<'a>> {
    let ids = answer
        .entries
        .iter()
        .map(Some)
        .chain(std::iter::repeat(None));
    outcomes.iter().zip(ids).map(|(outcome, id)| Message {
        version: Version::Plugin,
        id: match id.filter(|id| !id.is_falsy()) {
            Some(id) => Id::Value(id),
            None => Id::Raw(answer.id.as_deref()),
        },
        payload: outcome.as_ref().map(Payload::Value),
    })
}

struct PluginError<'a>(&'a Fault);

impl Serialize for PluginError<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("name", "JSONRPCError")?;
        map.serialize_entry("code", &plugin_code(self.0.kind))?;
        map.serialize_entry("message", &self.0.message)?;
        map.end()
    }
}

struct ErrorTwo<'a>(&'a Fault);

impl Serialize for ErrorTwo<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("code", &code_two(self.0.kind))?;
        map.serialize_entry("message", &self.0.message)?;
        map.end()
    }
}

fn plugin_code(kind: FaultKind) -> i64 {
    match kind {
        FaultKind::Parse => -32700,
        FaultKind::MethodNotFound => -32601,
        FaultKind::Forbidden => 403,
        FaultKind::NotFound => 404,
        FaultKind::Application | FaultKind::InvalidRequest | FaultKind::InvalidParams => -32603,
    }
}

/// The codes of the specification, and the plugin's where it leaves the
/// choice to servers.
fn code_two(kind: FaultKind) -> i64 {
    match kind {
        FaultKind::InvalidRequest => -32600,
        FaultKind::InvalidParams => -32602,
        _ => plugin_code(kind),
    }
}
