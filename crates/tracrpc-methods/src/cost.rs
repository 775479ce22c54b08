//! About how much work a call is, before it is made.
//!
//! What takes long is done where others do not wait behind it. A cost need not be exact, but
//! it must not be low for what takes long.

use tracrpc_env::Actor;
use tracrpc_wire::Value;

use crate::registry::Registry;

/// In steps of about 0.1 microseconds.
pub type Cost = u64;

/// What costs more is heavy: it takes more than about 50 milliseconds.
pub const HEAVY: Cost = 500_000;

/// What makes a request that makes more calls than this heavy, however short they are.
pub const MANY_CALLS: usize = 50;

/// What each of many calls costs beside what is its own.
pub(crate) const A_CALL: Cost = HEAVY / MANY_CALLS as Cost;

/// The cost of a call with these arguments.
pub(crate) type Estimate = dyn Fn(&Registry, &Actor, &[Value]) -> Cost + Send + Sync;

/// The cost of a text that is rendered, in bytes: twice through, and all of it may be links.
const A_BYTE: Cost = 4;

/// The same where a part of it may be source code.
const A_BYTE_OF_CODE: Cost = 16;

/// What a macro costs.
const A_MACRO: Cost = 5_000;

/// The cost of a text that is rendered.
pub(crate) fn of_text(actor: &Actor, text: &str) -> Cost {
    let length = text.len() as Cost;
    let a_byte = match text.contains("{{{") {
        true => A_BYTE_OF_CODE,
        false => A_BYTE,
    };
    let macros = text.matches("[[").count() as Cost;
    // Whatever of the text is the query of one.
    let queries = match text.contains("TicketQuery") {
        true => tracrpc_tickets::query::cost(actor.env(), text),
        false => 0,
    };
    let cost = length.saturating_mul(a_byte);
    cost.saturating_add(macros * A_MACRO)
        .saturating_add(queries)
}

/// The text that is the argument at `place`.
pub(crate) fn text_at(arguments: &[Value], place: usize) -> &str {
    arguments
        .get(place)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
