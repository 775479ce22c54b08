//! The types of values, as messages name them.

use crate::{Message, own_message};

/// The type of a value in words, by its name in the plugin's documentation
/// (`int`, `DateTime`). What is no such name stays as it is.
#[must_use]
pub fn type_in_words(name: &str) -> Message {
    match name {
        "nil" => own_message!("nil"),
        "boolean" => own_message!("a boolean"),
        "int" => own_message!("an int"),
        "double" => own_message!("a double"),
        "string" => own_message!("a string"),
        "DateTime" => own_message!("a DateTime"),
        "Binary" => own_message!("a Binary"),
        "array" => own_message!("an array"),
        "struct" => own_message!("a struct"),
        other => other.to_owned().into(),
    }
}
