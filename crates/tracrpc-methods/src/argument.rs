//! How arguments become the types of Rust functions.

use tracrpc_env::Actor;
use tracrpc_translation::{Message, own_message, type_in_words};
use tracrpc_wire::Timestamp;
use tracrpc_wire::{Fault, Struct, Value};

use crate::fault::fault_from;
use crate::method::Method;

/// A type that an argument can be converted to.
///
/// The built-in conversions are as lenient as Trac's plugin is: a number may
/// come as text (`"32"`), a truth value as anything that Python takes for one.
pub trait FromArgument: Sized {
    /// Converts an argument.
    ///
    /// # Errors
    ///
    /// What was expected instead of `value`, or an error of Trac's own where
    /// the plugin has one for such a value.
    fn from_argument(value: Value) -> Result<Self, Refusal>;

    /// Converts an argument that may be left out; `nil` means that it was.
    ///
    /// # Errors
    ///
    /// Those of [`FromArgument::from_argument`].
    fn from_optional(value: Value) -> Result<Option<Self>, Refusal> {
        match value {
            Value::Nil => Ok(None),
            value => Self::from_argument(value).map(Some),
        }
    }
}

/// Why an argument was not taken.
#[derive(Debug)]
pub enum Refusal {
    /// It has another type than this one, given in words: `an int`.
    Expected(Message),
    /// It has the right type, but Trac refuses what it says.
    Error(tracrpc_env::Error),
}

/// The arguments of one call, taken one after the other.
pub struct Arguments<'a> {
    method: &'a Method,
    actor: &'a Actor,
    index: usize,
    values: std::vec::IntoIter<Value>,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(method: &'a Method, actor: &'a Actor, values: Vec<Value>) -> Self {
        Self {
            method,
            actor,
            index: 0,
            values: values.into_iter(),
        }
    }

    /// All arguments that are left, with the defaults of those that were left out, unless
    /// the method itself sees to them.
    pub(crate) fn take_all(&mut self) -> Vec<Value> {
        let mut values: Vec<_> = self.values.by_ref().collect();
        if self.method.is_unchecked() {
            return values;
        }
        let missing = self.method.all_parameters().iter().skip(values.len());
        let defaults: Vec<_> = missing
            .filter_map(|missing| missing.default.clone())
            .collect();
        values.extend(defaults);
        values
    }

    /// The next argument, or the parameter's default if it was left out.
    ///
    /// # Errors
    ///
    /// A fault that names the method, the parameter and what was expected.
    #[allow(
        clippy::should_implement_trait,
        reason = "each argument has its own type"
    )]
    pub fn next<T: FromArgument>(&mut self) -> Result<T, Fault> {
        let parameter = self.method.all_parameters().get(self.index);
        self.index += 1;
        let value = self
            .values
            .next()
            .or_else(|| parameter.and_then(|parameter| parameter.default.clone()))
            .unwrap_or(Value::Nil);
        let given = value.type_name();
        T::from_argument(value).map_err(|refusal| match refusal {
            Refusal::Expected(expected) => {
                let message = own_message!(
                    "%(method)s: parameter %(name)s: expected %(expected)s, got %(type)s",
                    method = self.method.name(),
                    name = parameter.map_or("", |parameter| parameter.name.as_str()),
                    expected = expected,
                    r#type = type_in_words(given),
                );
                Fault::invalid_params(message.in_language(self.actor.catalog()))
            }
            Refusal::Error(error) => fault_from(error, self.actor),
        })
    }
}

/// The moment since which something is asked for.
///
/// Trac takes zero and every empty value for the beginning of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since(pub Timestamp);

impl FromArgument for Value {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        Ok(value)
    }
}

impl<T: FromArgument> FromArgument for Option<T> {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        T::from_optional(value)
    }
}

impl FromArgument for i64 {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Int(number) => Some(number),
            Value::Bool(truth) => Some(i64::from(truth)),
            Value::String(text) => text.trim().parse().ok(),
            Value::Double(number) => whole(number),
            _ => None,
        }
        .ok_or(Refusal::Expected(type_in_words("int")))
    }
}

impl FromArgument for bool {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        Ok(is_true(&value))
    }
}

impl FromArgument for String {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::String(text) => Ok(text),
            Value::Int(number) => Ok(number.to_string()),
            Value::Bool(true) => Ok("True".to_owned()),
            Value::Bool(false) => Ok("False".to_owned()),
            Value::Double(number) => Ok(format!("{number:?}")),
            _ => Err(Refusal::Expected(type_in_words("string"))),
        }
    }
}

impl FromArgument for Timestamp {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::DateTime(when) => Ok(when),
            _ => Err(Refusal::Expected(type_in_words("DateTime"))),
        }
    }

    /// Zero and every empty value mean that no date was given, as in `when or now`.
    fn from_optional(value: Value) -> Result<Option<Self>, Refusal> {
        match value {
            Value::DateTime(when) => Ok(Some(when)),
            value if !is_true(&value) => Ok(None),
            _ => Err(Refusal::Expected(type_in_words("DateTime"))),
        }
    }
}

impl FromArgument for Since {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        let when = <Option<Timestamp>>::from_argument(value)?;
        Ok(Self(when.unwrap_or(Timestamp::UNIX_EPOCH)))
    }
}

impl FromArgument for Vec<u8> {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Binary(bytes) => Ok(bytes),
            _ => Err(Refusal::Expected(type_in_words("Binary"))),
        }
    }
}

impl FromArgument for Vec<Value> {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Array(items) => Ok(items),
            _ => Err(Refusal::Expected(type_in_words("array"))),
        }
    }
}

impl FromArgument for Vec<String> {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        let items = <Vec<Value>>::from_argument(value)?;
        items
            .into_iter()
            .map(|item| {
                String::from_argument(item)
                    .map_err(|_| Refusal::Expected(own_message!("an array of strings")))
            })
            .collect()
    }
}

impl FromArgument for Struct {
    /// An empty array is an empty struct: languages with one type for both
    /// (PHP, Lua) send it.
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::Struct(members) => Ok(members),
            Value::Nil => Ok(Struct::default()),
            Value::Array(items) if items.is_empty() => Ok(Struct::default()),
            _ => Err(Refusal::Expected(type_in_words("struct"))),
        }
    }
}

/// Whether Python takes the value for true.
pub(crate) fn is_true(value: &Value) -> bool {
    match value {
        Value::Nil => false,
        Value::Bool(truth) => *truth,
        Value::Int(number) => *number != 0,
        Value::Double(number) => *number != 0.0,
        Value::String(text) => !text.is_empty(),
        Value::DateTime(_) => true,
        Value::Binary(bytes) => !bytes.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Struct(members) => !members.is_empty(),
    }
}

/// The whole number that a double is, if it is one and fits.
fn whole(number: f64) -> Option<i64> {
    let fits = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "it is whole and within 53 bits"
    )]
    fits.then_some(number as i64)
}
