//! What the methods of `ticket` take.

use tracrpc_env::Result;
use tracrpc_tickets::ticket::{Attributes, GivenValue, TicketId};
use tracrpc_translation::type_in_words;
use tracrpc_wire::{Struct, Value};

use crate::argument::{FromArgument, Refusal};

/// The comment of an update. Some clients send nothing at all for none.
pub(super) struct Comment(pub(super) Option<String>);

/// The attributes of a ticket.
pub(super) struct Given(pub(super) Attributes);

impl FromArgument for TicketId {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        TicketId::from_given(&given(value)).map_err(Refusal::Error)
    }
}

impl FromArgument for GivenValue {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        Ok(given(value))
    }
}

impl FromArgument for Comment {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        match given(value) {
            GivenValue::Text(text) => Ok(Self(Some(text))),
            value if !value.is_truthy() => Ok(Self(None)),
            _ => Err(Refusal::Expected(type_in_words("string"))),
        }
    }
}

impl FromArgument for Given {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        let members = match value {
            Value::Nil => return Err(Refusal::Expected(type_in_words("struct"))),
            value => Struct::from_argument(value)?,
        };
        Ok(Self(
            members
                .into_iter()
                .map(|(name, value)| (name, given(value)))
                .collect(),
        ))
    }
}

fn given(value: Value) -> GivenValue {
    match value {
        Value::Nil => GivenValue::Null,
        Value::Bool(truth) => GivenValue::Bool(truth),
        Value::Int(number) => GivenValue::Int(number),
        Value::Double(number) => GivenValue::Double(number),
        Value::String(text) => GivenValue::Text(text),
        Value::DateTime(time) => GivenValue::Time(time),
        Value::Array(items) => GivenValue::List(items.into_iter().map(given).collect()),
        Value::Binary(ref bytes) => other(&value, bytes.is_empty()),
        Value::Struct(ref members) => other(&value, members.is_empty()),
    }
}

fn other(value: &Value, empty: bool) -> GivenValue {
    GivenValue::Other {
        type_name: value.type_name(),
        empty,
    }
}
