//! Tickets: fields, values, changes, workflow.

mod field;
pub(crate) mod text;
mod value;
pub mod workflow;

pub use field::{CustomField, Field, FieldKind, Fields};
pub use value::{FieldValue, GivenValue};
