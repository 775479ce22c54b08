//! The XML-RPC and JSON-RPC dialects of Trac's remote API, in both directions.
//!
//! The only crate that knows bytes. It is pure: no IO, no clock, no state.

mod binary;
mod budget;
mod charset;
mod datetime;
mod error;
mod fault;
pub mod jsonrpc;
pub mod multicall;
mod out;
pub mod protocol;
mod reply;
mod structure;
mod value;
pub mod xmlrpc;

pub use error::Error;
pub use fault::{Fault, FaultKind};
pub use out::{Drain, Incomplete, Out};
pub use protocol::{
    Call, Endpoint, Limits, Message, Outcome, Output, Protocol, Request, Responder,
};
pub use reply::{RemoteFault, Reply};
pub use structure::Struct;
pub use tracrpc_python::Timestamp;
pub use value::Value;

use std::sync::Arc;

/// The protocols that are always there, in the order in which they are asked.
pub fn builtin_protocols() -> Vec<Arc<dyn Protocol>> {
    vec![Arc::new(xmlrpc::XmlRpc), Arc::new(jsonrpc::JsonRpc)]
}
