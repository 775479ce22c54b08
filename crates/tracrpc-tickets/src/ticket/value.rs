//! The values of ticket fields, stored and given.

use tracrpc_env::time::Timestamp;
use tracrpc_env::{Error, Result};
use tracrpc_translation::{own_message, type_in_words};

/// What a field of a ticket holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum FieldValue {
    /// Nothing was ever stored.
    #[default]
    Null,
    /// Text, also where Trac stores NULL for an empty one.
    Text(String),
    /// The value of a field of type `time`.
    Time(Timestamp),
    /// A value that counts as empty and is neither text nor nothing, such as
    /// the number 0. It only lives until the ticket is stored.
    Blank,
}

impl FieldValue {
    /// The text, empty for anything else.
    #[must_use]
    pub fn as_text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// The time, if it is one.
    #[must_use]
    pub fn as_time(&self) -> Option<Timestamp> {
        match self {
            Self::Time(time) => Some(*time),
            _ => None,
        }
    }

    /// Whether Trac stores NULL for it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null | Self::Blank => true,
            Self::Text(text) => text.is_empty(),
            Self::Time(_) => false,
        }
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A value that a caller gives for a field or an argument of an action,
/// whatever its type.
#[derive(Clone, Debug, PartialEq)]
pub enum GivenValue {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating point number.
    Double(f64),
    /// Text.
    Text(String),
    /// A moment.
    Time(Timestamp),
    /// Several values.
    List(Vec<GivenValue>),
    /// Something that no field can hold.
    Other {
        /// Its type, as the caller would name it.
        type_name: &'static str,
        /// Whether there is nothing in it.
        empty: bool,
    },
}

impl GivenValue {
    /// Whether the value counts as true in Python, which decides what Trac
    /// looks at at all.
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Double(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Time(_) => true,
            Self::List(items) => !items.is_empty(),
            Self::Other { empty, .. } => !empty,
        }
    }

    /// The name of the type, for messages.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "nil",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "int",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Time(_) => "DateTime",
            Self::List(_) => "array",
            Self::Other { type_name, .. } => type_name,
        }
    }

    /// The value as Trac writes it into a message.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::Null => "None".to_owned(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Int(value) => value.to_string(),
            Self::Double(value) => value.to_string(),
            Self::Text(text) => text.clone(),
            Self::Time(time) => time.to_string(),
            Self::List(items) if items.is_empty() => "[]".to_owned(),
            Self::List(_) | Self::Other { .. } => self.type_name().to_owned(),
        }
    }

    /// The time that it is; `name` is what is to be one.
    ///
    /// # Errors
    /// `Invalid` for anything else.
    pub(super) fn to_time(&self, name: &str) -> Result<Timestamp> {
        match self {
            Self::Time(time) => Ok(*time),
            _ => Err(Error::invalid(own_message!(
                "%(name)s: expected %(expected)s, got %(type)s",
                name = name,
                expected = type_in_words("DateTime"),
                r#type = type_in_words(self.type_name()),
            ))),
        }
    }

    /// The whole number that it is or spells, as Python's `int()` reads it.
    #[must_use]
    pub fn to_int(&self) -> Option<i64> {
        match self {
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Int(value) => Some(*value),
            Self::Double(value) if value.is_finite() => Some(value.trunc() as i64),
            Self::Text(text) => tracrpc_env::text::parse_int(text),
            _ => None,
        }
    }
}

impl From<&str> for GivenValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<FieldValue> for GivenValue {
    fn from(value: FieldValue) -> Self {
        match value {
            FieldValue::Null => Self::Null,
            FieldValue::Text(text) => Self::Text(text),
            FieldValue::Time(time) => Self::Time(time),
            FieldValue::Blank => Self::Int(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        let check = |value: GivenValue, expected| assert_eq!(value.to_int(), expected, "{value:?}");
        check(GivenValue::Text(" 12 ".into()), Some(12));
        check(GivenValue::Text("-3".into()), Some(-3));
        check(GivenValue::Text("+1_000".into()), Some(1000));
        check(GivenValue::Text("soon".into()), None);
        check(GivenValue::Text(String::new()), None);
        check(GivenValue::Text("1.5".into()), None);
        check(GivenValue::Double(1.9), Some(1));
        check(GivenValue::Bool(true), Some(1));
        check(GivenValue::Null, None);
        check(GivenValue::List(vec![]), None);
    }
}
