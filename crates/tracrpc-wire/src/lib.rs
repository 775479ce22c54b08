//! The XML-RPC and JSON-RPC dialects of Trac's remote API, in both directions.
//!
//! The only crate that knows bytes. It is pure: no IO, no clock, no state.

mod fault;
mod protocol;
mod value;

pub use fault::{Fault, FaultKind};
pub use protocol::{Call, Limits, Outcome, Output, Protocol, Request, Responder};
pub use value::{Struct, Value};
