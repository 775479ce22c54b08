//! The default of a custom field.

use tracrpc_env::Result;
use tracrpc_env::text::parse_int;

use super::definitions::Definitions;
use super::field::{Field, FieldKind};
use super::value::FieldValue;

/// The value that a ticket without one of its own has.
///
/// A default that is not among the options may be the place of one, counted
/// from 0 (from the end if negative). Otherwise it is kept as it is.
///
/// # Errors
/// A configuration that names no usable time zone.
pub(super) fn custom_default(definitions: &Definitions, field: &Field) -> Result<FieldValue> {
    let text = field.value.as_deref().unwrap_or_default();
    if text.is_empty() {
        return Ok(FieldValue::Text(String::new()));
    }
    if field.kind == FieldKind::Time {
        return Ok(default_time(definitions, field, text));
    }
    let options = field.options.as_deref().unwrap_or_default();
    let known = options.is_empty() || options.iter().any(|option| option == text);
    let chosen = if known {
        None
    } else {
        option_at(options, text)
    };
    Ok(FieldValue::Text(chosen.unwrap_or(text).to_owned()))
}

fn option_at<'a>(options: &'a [String], place: &str) -> Option<&'a str> {
    let place = parse_int(place)?;
    let index = if place < 0 {
        place + i64::try_from(options.len()).ok()?
    } else {
        place
    };
    options
        .get(usize::try_from(index).ok()?)
        .map(String::as_str)
}

fn default_time(definitions: &Definitions, field: &Field, text: &str) -> FieldValue {
    match super::dates::parse_server(definitions.config(), text, field.format.as_deref()) {
        Ok(time) => FieldValue::Time(time),
        Err(error) => {
            tracing::warn!(field = %field.name, default = text, %error, "invalid default of a custom field");
            FieldValue::Null
        }
    }
}
