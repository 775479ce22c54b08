//! How the attributes of a call become those of a component, version or milestone.

use tracrpc_env::Error;
use tracrpc_translation::{own_message, type_in_words};
use tracrpc_wire::Timestamp;
use tracrpc_wire::{Struct, Value};

use crate::argument::is_true;

/// The name that something new is to have, empty for nothing, 0 and the like.
/// Trac takes no number for a name, though it finds things by numbers.
pub(super) fn new_name(name: &Value) -> Result<String, Error> {
    match name {
        Value::String(name) => Ok(name.clone()),
        name if !is_true(name) => Ok(String::new()),
        name => Err(Error::invalid(own_message!(
            "parameter %(name)s: expected %(expected)s, got %(type)s",
            name = "name",
            expected = type_in_words("string"),
            r#type = type_in_words(name.type_name()),
        ))),
    }
}

/// The name that an attribute is to become, none if it is not given.
pub(super) fn name(attributes: &Struct, name: &str) -> Result<Option<String>, Error> {
    match attributes.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(value) if !is_true(value) => Ok(Some(String::new())),
        Some(value) => Err(unexpected(name, "string", value)),
    }
}

/// The text that an attribute is to become, none if it is not given. Nothing,
/// 0 and the like are the empty text; a number is stored as it is written.
pub(super) fn text(attributes: &Struct, name: &str) -> Result<Option<String>, Error> {
    let Some(value) = attributes.get(name) else {
        return Ok(None);
    };
    Ok(Some(match value {
        value if !is_true(value) => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) => "1".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Double(number) => format!("{number:?}"),
        value => return Err(unexpected(name, "string", value)),
    }))
}

/// The moment that an attribute is to become, or that there is to be none; none
/// if it is not given.
pub(super) fn time(attributes: &Struct, name: &str) -> Result<Option<Option<Timestamp>>, Error> {
    match attributes.get(name) {
        None => Ok(None),
        Some(Value::DateTime(time)) => Ok(Some(Some(*time))),
        Some(value) if !is_true(value) => Ok(Some(None)),
        Some(value) => Err(unexpected(name, "DateTime", value)),
    }
}

fn unexpected(name: &str, expected: &str, value: &Value) -> Error {
    Error::invalid(own_message!(
        "attribute %(name)s: expected %(expected)s, got %(type)s",
        name = name,
        expected = type_in_words(expected),
        r#type = type_in_words(value.type_name()),
    ))
}

/// A moment, or 0 for none.
pub(super) fn time_or_zero(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Int(0), Value::DateTime)
}
