//! From outcomes to the body of an answer.

use serde_json::value::RawValue;

use super::constants;
use super::encode::{Json, write};
use super::request::{Answer, Version};
use crate::{Fault, FaultKind, Out, Outcome, Responder, Value};

/// Answers a request, or a batch of them.
pub(super) struct JsonResponder {
    pub(super) answers: Vec<Answer>,
    pub(super) batch: bool,
}

impl Responder for JsonResponder {
    fn answer(&self, call: usize, outcome: Outcome, out: &mut Out<'_>) {
        if let Some(answer) = self.open(call, out) {
            message(answer.version, &outcome, Id::Raw(answer.id.as_deref()), out);
        }
    }

    fn begin(&self, call: usize, out: &mut Out<'_>) {
        if let Some(answer) = self.open(call, out) {
            begin_result(answer.version, out);
            out.push(b"[");
        }
    }

    /// The outcome as an answer of the plugin's dialect. An entry whose `id`
    /// Python would take for false has that of the whole.
    fn entry(&self, call: usize, number: usize, outcome: Outcome, out: &mut Out<'_>) {
        let Some(answer) = self.wanted(call) else {
            return;
        };
        if number > 0 {
            out.push(b", ");
        }
        let id = answer.entries.get(number).filter(|id| !id.is_falsy());
        let id = id.map_or(Id::Raw(answer.id.as_deref()), Id::Value);
        message(Version::Plugin, &outcome, id, out);
    }

    fn end(&self, call: usize, out: &mut Out<'_>) {
        if let Some(answer) = self.wanted(call) {
            out.push(b"]");
            end_result(answer.version, Id::Raw(answer.id.as_deref()), out);
        }
    }

    fn finish(&self, out: &mut Out<'_>) -> bool {
        if out.is_empty() {
            return false;
        }
        out.push(if self.batch { b"]\n" } else { b"\n" });
        true
    }
}

impl JsonResponder {
    /// What is known of a call, if somebody waits for its answer.
    fn wanted(&self, call: usize) -> Option<&Answer> {
        self.answers.get(call).filter(|answer| !answer.silent)
    }

    /// The same, once everything that comes before the answer is written.
    fn open(&self, call: usize, out: &mut Out<'_>) -> Option<&Answer> {
        let answer = self.wanted(call)?;
        if self.batch {
            out.push(if out.is_empty() { b"[" } else { b", " });
        }
        Some(answer)
    }
}

#[derive(Clone, Copy)]
enum Id<'a> {
    Raw(Option<&'a RawValue>),
    Value(&'a Value),
}

impl Id<'_> {
    fn write(self, out: &mut Out<'_>) {
        match self {
            Id::Raw(Some(raw)) => out.push(constants::spelled(raw.get()).as_bytes()),
            Id::Raw(None) => out.push(b"null"),
            Id::Value(Value::Double(number)) if !number.is_finite() => {
                out.push(constants::name(*number).as_bytes());
            }
            Id::Value(value) => write(&Json(value), out),
        }
    }
}

/// One answer, of a request or of an entry in a multicall.
fn message(version: Version, outcome: &Outcome, id: Id<'_>, out: &mut Out<'_>) {
    match (version, outcome) {
        (_, Ok(value)) => {
            begin_result(version, out);
            write(&Json(value), out);
            end_result(version, id, out);
        }
        (Version::Plugin, Err(fault)) => {
            out.push(br#"{"result": null, "id": "#);
            id.write(out);
            out.push(br#", "error": {"name": "#);
            write(fault.name.as_deref().unwrap_or("JSONRPCError"), out);
            out.push(b", ");
            reason(plugin_code(fault.kind), fault, out);
            out.push(b"}}");
        }
        (Version::Two, Err(fault)) => {
            out.push(br#"{"jsonrpc": "2.0", "error": {"#);
            reason(code_two(fault.kind), fault, out);
            out.push(br#"}, "id": "#);
            id.write(out);
            out.push(b"}");
        }
    }
}

fn begin_result(version: Version, out: &mut Out<'_>) {
    out.push(match version {
        Version::Plugin => br#"{"result": "#,
        Version::Two => br#"{"jsonrpc": "2.0", "result": "#,
    });
}

fn end_result(version: Version, id: Id<'_>, out: &mut Out<'_>) {
    out.push(match version {
        Version::Plugin => br#", "error": null, "id": "#,
        Version::Two => br#", "id": "#,
    });
    id.write(out);
    out.push(b"}");
}

fn reason(code: i64, fault: &Fault, out: &mut Out<'_>) {
    out.push(br#""code": "#);
    write(&fault.code.unwrap_or(code), out);
    out.push(br#", "message": "#);
    write(&fault.message, out);
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
