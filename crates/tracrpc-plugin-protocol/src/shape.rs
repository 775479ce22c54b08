//! How the members of messages become typed, and values again.
//!
//! This is not done by `serde`, for what a value stands for can lie in the blobs of its
//! message, and a moment is more than its text.

use tracrpc_wire::{Struct, Timestamp, Value};

use crate::Mismatch;

/// What a member of a message, or the whole of its params, can be.
pub trait Shape: Sized {
    /// Reads it from a value.
    ///
    /// # Errors
    /// If the value is something else.
    fn read(value: Value) -> Result<Self, Mismatch>;

    /// The value that stands for it.
    fn write(self) -> Value;

    /// What a member that is missing stands for; none if it must be there.
    fn missing() -> Option<Self> {
        None
    }

    /// Whether a member is left out when it is this.
    fn is_left_out(&self) -> bool {
        false
    }
}

fn mismatch(expected: &str, value: &Value) -> Mismatch {
    Mismatch::new(format!("expected {expected}, got {}", value.type_name()))
}

impl Shape for Value {
    fn read(value: Value) -> Result<Self, Mismatch> {
        Ok(value)
    }

    fn write(self) -> Value {
        self
    }

    fn missing() -> Option<Self> {
        Some(Value::Nil)
    }
}

macro_rules! plain {
    ($($type:ty, $variant:ident, $expected:literal, $missing:expr;)*) => {$(
        impl Shape for $type {
            fn read(value: Value) -> Result<Self, Mismatch> {
                match value {
                    Value::$variant(inner) => Ok(inner),
                    other => Err(mismatch($expected, &other)),
                }
            }

            fn write(self) -> Value {
                Value::$variant(self)
            }

            fn missing() -> Option<Self> {
                $missing
            }
        }
    )*};
}

plain! {
    bool, Bool, "a truth value", Some(false);
    i64, Int, "an integer", None;
    String, String, "a text", None;
    Timestamp, DateTime, "a moment", None;
    Vec<u8>, Binary, "bytes", None;
    Struct, Struct, "an object", Some(Struct::new());
}

/// A member that may be null, which is the same as missing.
impl<T: Shape> Shape for Option<T> {
    fn read(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Nil => Ok(None),
            value => T::read(value).map(Some),
        }
    }

    fn write(self) -> Value {
        self.map_or(Value::Nil, T::write)
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

/// A member of which missing is something else than null.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given<T>(pub Option<T>);

impl<T: Shape> Shape for Given<T> {
    fn read(value: Value) -> Result<Self, Mismatch> {
        T::read(value).map(Some).map(Self)
    }

    fn write(self) -> Value {
        self.0.map_or(Value::Nil, T::write)
    }

    fn missing() -> Option<Self> {
        Some(Self(None))
    }

    fn is_left_out(&self) -> bool {
        self.0.is_none()
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn read(value: Value) -> Result<Self, Mismatch> {
        let Value::Array(items) = value else {
            return Err(mismatch("an array", &value));
        };
        let items = items.into_iter().enumerate();
        let read =
            |(place, item)| T::read(item).map_err(|error| error.within(&format!("[{place}]")));
        items.map(read).collect()
    }

    fn write(self) -> Value {
        Value::Array(self.into_iter().map(T::write).collect())
    }

    fn missing() -> Option<Self> {
        Some(Vec::new())
    }
}

macro_rules! tuples {
    ($($count:literal: $($name:ident $place:tt),*;)*) => {$(
        /// An array of exactly so many items.
        impl<$($name: Shape),*> Shape for ($($name,)*) {
            fn read(value: Value) -> Result<Self, Mismatch> {
                let Value::Array(items) = value else {
                    return Err(mismatch("an array", &value));
                };
                if items.len() != $count {
                    let detail = format!("expected {} items, got {}", $count, items.len());
                    return Err(Mismatch::new(detail));
                }
                let mut items = items.into_iter();
                Ok(($({
                    let item = items.next().unwrap_or_default();
                    $name::read(item).map_err(|error| error.within(concat!("[", $place, "]")))?
                },)*))
            }

            fn write(self) -> Value {
                Value::Array(vec![$(self.$place.write()),*])
            }
        }
    )*};
}

tuples! {
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
}

/// The member `name` of `members`, taken out. Null is the same as missing where it is
/// nothing itself.
pub(crate) fn take<T: Shape>(members: &mut Struct, name: &str) -> Result<T, Mismatch> {
    match members.remove(name) {
        Some(Value::Nil) => T::read(Value::Nil)
            .or_else(|error| T::missing().ok_or(error))
            .map_err(|error| error.within(name)),
        Some(value) => T::read(value).map_err(|error| error.within(name)),
        None => T::missing().ok_or_else(|| Mismatch::new(format!("`{name}` is missing"))),
    }
}

/// The members of an object.
pub(crate) fn members(value: Value) -> Result<Struct, Mismatch> {
    Struct::read(value)
}

/// Declares a struct whose fields are the members of an object of the same names. Behind
/// `=` stands what a member is that is missing or null.
macro_rules! shape {
    ($($(#[$about:meta])* pub struct $name:ident {
        $($(#[$what:meta])* pub $field:ident: $type:ty $(= $default:expr)?,)*
    })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[$what])* pub $field: $type,)*
        }

        impl $crate::Shape for $name {
            #[allow(unused_mut, unused_variables, reason = "some have no member")]
            fn read(value: tracrpc_wire::Value) -> Result<Self, $crate::Mismatch> {
                let mut members = $crate::shape::members(value)?;
                Ok(Self {
                    $($field: $crate::shape::shape!(@take members, $field $(, $default)?),)*
                })
            }

            #[allow(unused_mut, reason = "some have no member")]
            fn write(self) -> tracrpc_wire::Value {
                let mut members: Vec<(&str, tracrpc_wire::Value)> = Vec::new();
                $(if !$crate::Shape::is_left_out(&self.$field) {
                    members.push((stringify!($field), $crate::Shape::write(self.$field)));
                })*
                members.into_iter().collect::<tracrpc_wire::Struct>().into()
            }
        }
    )*};
    (@take $members:ident, $field:ident) => {
        $crate::shape::take(&mut $members, stringify!($field))?
    };
    (@take $members:ident, $field:ident, $default:expr) => {
        $crate::shape::take::<Option<_>>(&mut $members, stringify!($field))?
            .unwrap_or_else(|| $default)
    };
}

pub(crate) use shape;
