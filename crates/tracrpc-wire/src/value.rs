//! The values that calls carry, whatever protocol they were spoken in.

use jiff::Timestamp;

/// A parameter or a result of a call.
///
/// The set is that of XML-RPC with its usual extension for "no value".
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value: `<nil/>` in XML-RPC, `null` in JSON-RPC.
    Nil,
    /// A truth value.
    Bool(bool),
    /// A whole number; what does not fit 64 bits is refused when it is read.
    Int(i64),
    /// A floating point number.
    Double(f64),
    /// Text.
    String(String),
    /// A moment in UTC, of at most microsecond precision.
    DateTime(Timestamp),
    /// Bytes.
    Binary(Vec<u8>),
    /// A sequence of values.
    Array(Vec<Value>),
    /// Named values in the order in which they were written.
    Struct(Struct),
}

/// Named values in insertion order.
///
/// A name that is inserted again keeps its place and takes the new value,
/// as in a Python dictionary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct {
    members: Vec<(String, Value)>,
}
