//! From an envelope to a call, and to what its answer has to look like.

use serde_json::value::RawValue;

use super::envelope::Envelope;
use crate::{Call, Fault, Struct, Value, multicall};

/// What a call needs for its answer.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) version: Version,
    /// The `id` of the request; `null` if it has none.
    pub(super) id: Option<Box<RawValue>>,
    /// Whether nobody waits for it.
    pub(super) silent: bool,
    /// The ids of the entries of a multicall.
    pub(super) entries: Vec<Value>,
}

/// The dialect of a request and its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Version {
    /// That of the plugin, near to JSON-RPC 1.0.
    #[default]
    Plugin,
    /// [JSON-RPC 2.0](https://www.jsonrpc.org/specification).
    Two,
}

impl Version {
    /// The version that a body which cannot be read seems to be of.
    pub(super) fn sniff(body: &[u8]) -> Version {
        let name = br#""jsonrpc""#;
        let place = body.windows(name.len()).position(|window| window == name);
        let rest = place.and_then(|place| body.get(place + name.len()..));
        let value = rest.and_then(|rest| rest.trim_ascii_start().strip_prefix(b":"));
        match value.is_some_and(|value| value.trim_ascii_start().starts_with(br#""2.0""#)) {
            true => Version::Two,
            false => Version::Plugin,
        }
    }
}

pub(super) type Reading = (Answer, Result<Call, Fault>);

impl Envelope {
    /// The version that it says it is of.
    pub(super) fn version(&self) -> Version {
        match self.version.as_str() {
            Some("2.0") => Version::Two,
            _ => Version::Plugin,
        }
    }

    /// Reads a request that came alone. One with members of its own is no
    /// request of JSON-RPC 2.0, whatever it says: the plugin answers it.
    pub(super) fn read(self) -> Reading {
        if self.id.as_deref().is_some_and(is_too_long) {
            return too_long_id(self.version());
        }
        match self.version() {
            Version::Two if !self.foreign => self.read_two(),
            _ => self.read_plugin(),
        }
    }

    /// Reads a request of JSON-RPC 2.0, alone or in a batch.
    pub(super) fn read_two(self) -> Reading {
        if self.id.as_deref().is_some_and(is_too_long) {
            return too_long_id(Version::Two);
        }
        let mut answer = Answer {
            version: Version::Two,
            silent: self.id.is_none(),
            ..Answer::default()
        };
        let valid = self.id.as_deref().is_none_or(is_valid_id) && self.version() == Version::Two;
        let method = match self.method {
            Value::String(method) if valid => method,
            _ => return invalid_request(self.id.filter(|id| is_valid_id(id))),
        };
        answer.id = self.id;
        match params(self.params) {
            Ok(params) => finish(answer, method, params),
            Err(fault) => (answer, Err(fault)),
        }
    }

    fn read_plugin(self) -> Reading {
        let answer = Answer {
            id: self.id,
            ..Answer::default()
        };
        let method = match self.method {
            Value::String(method) => method,
            Value::Nil => return (answer, Err(Fault::invalid_request("Missing method name"))),
            other => {
                return (
                    answer,
                    Err(Fault::method_not_found(&super::encode::to_text(&other))),
                );
            }
        };
        match params(self.params) {
            Ok(params) => finish(answer, method, params),
            Err(fault) => (answer, Err(fault)),
        }
    }
}

/// The answer to what is no request of JSON-RPC 2.0. Without a valid `id` it
/// has `null`, but it is never silent.
pub(super) fn invalid_request(id: Option<Box<RawValue>>) -> Reading {
    let answer = Answer {
        version: Version::Two,
        id,
        ..Answer::default()
    };
    (answer, Err(Fault::invalid_request("Invalid Request")))
}

/// The longest `id`, in bytes. It comes back with every entry of a multicall
/// that has none of its own, so that it would multiply a request.
const MAX_ID: usize = 1024;

fn is_too_long(id: &RawValue) -> bool {
    id.get().len() > MAX_ID
}

fn too_long_id(version: Version) -> Reading {
    let answer = Answer {
        version,
        ..Answer::default()
    };
    let message = format!("the id is longer than {MAX_ID} bytes");
    (answer, Err(Fault::invalid_request(message)))
}

/// In JSON-RPC 2.0 an `id` is a string, a number or null.
fn is_valid_id(id: &RawValue) -> bool {
    matches!(
        id.get().as_bytes().first(),
        Some(b'"' | b'-' | b'0'..=b'9' | b'n')
    )
}

/// The arguments. PHP writes an empty array as an object, others leave the
/// arguments out or write what Python takes for false.
fn params(params: Value) -> Result<Vec<Value>, Fault> {
    match params {
        Value::Array(params) => Ok(params),
        empty if empty.is_falsy() => Ok(Vec::new()),
        Value::Struct(_) => Err(Fault::invalid_params(
            "parameters have no names here: params must be an array, got an object",
        )),
        other => Err(Fault::invalid_params(format!(
            "params must be an array, got a {}",
            other.type_name()
        ))),
    }
}

fn finish(mut answer: Answer, method: String, params: Vec<Value>) -> Reading {
    if method != multicall::METHOD {
        return (answer, Ok(Call { method, params }));
    }
    let mut entries = Vec::with_capacity(params.len());
    for entry in params {
        let Value::Struct(entry) = entry else {
            return unreadable(answer.version, "an entry of the multicall is not an object");
        };
        let (entry, id) = canonical(entry);
        entries.push(entry);
        answer.entries.push(id);
    }
    (
        answer,
        Ok(Call {
            method,
            params: vec![Value::Array(entries)],
        }),
    )
}

/// The answer to what cannot be read. As from the plugin, it has no `id`.
pub(super) fn unreadable(version: Version, message: impl Into<String>) -> Reading {
    (
        Answer {
            version,
            ..Answer::default()
        },
        Err(Fault::parse(message)),
    )
}

/// An entry in the words of XML-RPC, and its `id`. The name is there in any
/// case, `params` only if the entry has them.
fn canonical(mut entry: Struct) -> (Value, Value) {
    let id = entry.remove("id").unwrap_or(Value::Nil);
    let mut call = Struct::new();
    call.insert(
        "methodName",
        entry.remove("method").unwrap_or_else(|| "".into()),
    );
    if let Some(params) = entry.remove("params") {
        call.insert("params", params);
    }
    (call.into(), id)
}
