//! From JSON to values.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::constants;
use crate::budget::Budget;
use crate::{Error, Limits, Struct, Value, binary, datetime};

/// The member that says of which type the struct around it is.
const CLASS: &str = "__jsonclass__";

/// Reads one value. What it holds is at depth 1.
pub(super) fn value(text: &str, limits: &Limits) -> Result<Value, Error> {
    let mut budget = Budget::new(limits);
    document(
        &constants::replaced(text),
        ValueSeed {
            budget: &mut budget,
            depth: 0,
        },
    )
}

/// Reads a document by `seed`.
pub(super) fn document<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    seed: S,
) -> Result<S::Value, Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| Error::new(error.to_string()))
}

/// Reads a value at `depth`.
pub(super) struct ValueSeed<'b> {
    pub(super) budget: &'b mut Budget,
    pub(super) depth: usize,
}

impl ValueSeed<'_> {
    fn item(&mut self) -> ValueSeed<'_> {
        ValueSeed {
            budget: self.budget,
            depth: self.depth + 1,
        }
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.budget.take(self.depth).map_err(D::Error::custom)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or_else(|_| Value::String(number.to_string()), Value::Int))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self.item())? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = entries.next_key_seed(KeySeed)? {
            let name = match key {
                Key::Name(name) => name,
                Key::Number if members.is_empty() => {
                    return number(&entries.next_value::<String>()?).map_err(A::Error::custom);
                }
                Key::Number => NUMBER.to_owned(),
            };
            members.push((name, entries.next_value_seed(self.item())?));
        }
        typed(Struct::from_members(members)).map_err(A::Error::custom)
    }
}

/// What a map starts with: with its feature `arbitrary_precision`, `serde_json`
/// hands on a number that is no 64-bit integer as a map from a name of its own
/// to the digits. Without it, a larger integer would lose them.
pub(super) enum Key {
    Number,
    Name(String),
}

/// The name that stands for a number.
const NUMBER: &str = "$serde_json::private::Number";

pub(super) struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        Ok(match name {
            NUMBER => Key::Number,
            _ => Key::Name(name.to_owned()),
        })
    }
}

/// Digits that make no 64-bit number stay text, see [`Value::Int`].
fn number(text: &str) -> Result<Value, Error> {
    if let Ok(number) = text.parse() {
        return Ok(Value::Int(number));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Value::String(text.to_owned()));
    }
    constants::number(text)
        .map(Value::Double)
        .ok_or_else(|| Error::new(format!("`{text}` is no number")))
}

/// A struct, or the date or the bytes that it stands for.
fn typed(members: Struct) -> Result<Value, Error> {
    match members.get(CLASS) {
        Some(class) if members.len() == 1 => instance(class),
        _ => Ok(Value::Struct(members)),
    }
}

fn instance(class: &Value) -> Result<Value, Error> {
    let Some([Value::String(kind), Value::String(text)]) = class.as_array() else {
        return Err(Error::new(format!(
            "{CLASS} is not an array of two strings"
        )));
    };
    match kind.as_str() {
        "datetime" => datetime::parse_json(text)
            .map(Value::DateTime)
            .ok_or_else(|| Error::new(format!("`{text}` is not a date"))),
        "binary" => binary::decode(text)
            .map(Value::Binary)
            .ok_or_else(|| Error::new("a binary that is not base64")),
        _ => Err(Error::new(format!("unknown {CLASS} `{kind}`"))),
    }
}
