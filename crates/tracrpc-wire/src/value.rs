//! The values that calls carry, whatever protocol they were spoken in.

use crate::{Struct, Timestamp};

/// A parameter or a result of a call.
///
/// The set is that of XML-RPC with its usual extension for "no value".
///
/// Values nest, so whoever builds one from input bounds its depth: the
/// decoders of this crate do, by [`Limits::depth`](crate::Limits::depth).
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No value: `<nil/>` in XML-RPC, `null` in JSON-RPC.
    #[default]
    Nil,
    /// A truth value.
    Bool(bool),
    /// A whole number of 64 bits. The decoders hand on a larger one as the
    /// [`Value::String`] of its digits, so that an answer can name it.
    Int(i64),
    /// A floating point number.
    Double(f64),
    /// Text.
    String(String),
    /// A moment in UTC, from the year 1 to the year 9999 to the microsecond.
    DateTime(Timestamp),
    /// Bytes.
    Binary(Vec<u8>),
    /// A sequence of values.
    Array(Vec<Value>),
    /// Named values in the order in which they were written.
    Struct(Struct),
}

impl Value {
    /// The name of the value's type, in the words of `system.methodSignature`.
    ///
    /// ```
    /// # use tracrpc_wire::Value;
    /// assert_eq!(Value::from(true).type_name(), "boolean");
    /// ```
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Bool(_) => "boolean",
            Value::Int(_) => "int",
            Value::Double(_) => "double",
            Value::String(_) => "string",
            Value::DateTime(_) => "DateTime",
            Value::Binary(_) => "Binary",
            Value::Array(_) => "array",
            Value::Struct(_) => "struct",
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if this is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if this is a struct.
    pub fn as_struct(&self) -> Option<&Struct> {
        match self {
            Value::Struct(members) => Some(members),
            _ => None,
        }
    }

    /// About how many bytes of memory it takes.
    pub fn weight(&self) -> usize {
        size_of::<Self>()
            + match self {
                Value::String(text) => text.len(),
                Value::Binary(bytes) => bytes.len(),
                Value::Array(items) => items.iter().map(Value::weight).sum(),
                Value::Struct(members) => members
                    .iter()
                    .map(|(name, value)| size_of::<String>() + name.len() + value.weight())
                    .sum(),
                _ => 0,
            }
    }

    /// Whether Python would take it for false: nil, false, 0 and what is empty.
    pub(crate) fn is_falsy(&self) -> bool {
        match self {
            Value::Nil => true,
            Value::Bool(truth) => !truth,
            Value::Int(number) => *number == 0,
            Value::Double(number) => *number == 0.0,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Struct(members) => members.is_empty(),
            Value::DateTime(_) | Value::Binary(_) => false,
        }
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Value::Int(number.into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Double(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Value::DateTime(moment)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::Array(items)
    }
}

impl From<Struct> for Value {
    fn from(members: Struct) -> Self {
        Value::Struct(members)
    }
}

/// `None` becomes [`Value::Nil`].
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Nil, Into::into)
    }
}

/// Collects an array.
impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Value::Array(items.into_iter().map(Into::into).collect())
    }
}
