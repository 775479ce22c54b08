//! Values of tickets, as both sides have them.

use tracrpc_tickets::ticket::{FieldValue, GivenValue, Ticket};
use tracrpc_wire::{Struct, Value};

/// All values of a ticket.
pub(super) fn fields(ticket: &Ticket) -> Struct {
    let values = ticket.values();
    values
        .map(|(name, field)| (name.as_str(), value(field)))
        .collect()
}

/// The value of a field.
pub(super) fn value(field: &FieldValue) -> Value {
    match field {
        FieldValue::Null => Value::Nil,
        FieldValue::Text(text) => text.as_str().into(),
        FieldValue::Time(moment) => (*moment).into(),
        FieldValue::Blank => "".into(),
    }
}

/// A value that a plugin gives for a field.
pub(super) fn given(value: Value) -> GivenValue {
    match value {
        Value::Nil => GivenValue::Null,
        Value::Bool(truth) => GivenValue::Bool(truth),
        Value::Int(number) => GivenValue::Int(number),
        Value::Double(number) => GivenValue::Double(number),
        Value::String(text) => GivenValue::Text(text),
        Value::DateTime(moment) => GivenValue::Time(moment),
        Value::Array(items) => GivenValue::List(items.into_iter().map(given).collect()),
        other => GivenValue::Other {
            type_name: other.type_name(),
            empty: false,
        },
    }
}

/// A value that somebody gave.
pub(super) fn shown(given: &GivenValue) -> Value {
    match given {
        GivenValue::Null | GivenValue::Other { .. } => Value::Nil,
        GivenValue::Bool(truth) => Value::Bool(*truth),
        GivenValue::Int(number) => Value::Int(*number),
        GivenValue::Double(number) => Value::Double(*number),
        GivenValue::Text(text) => text.as_str().into(),
        GivenValue::Time(moment) => (*moment).into(),
        GivenValue::List(items) => Value::Array(items.iter().map(shown).collect()),
    }
}
