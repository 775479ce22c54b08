//! What callers give for a ticket: values of fields, and what goes with them.

use super::Attributes;
use super::value::GivenValue;

/// The attributes without those that are no values of fields.
pub(super) fn settable(attributes: &Attributes) -> impl Iterator<Item = (&str, &GivenValue)> {
    let all = attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value));
    all.filter(|(name, _)| !matches!(*name, "_ts" | "time" | "changetime"))
}

/// The attribute of that name.
pub(super) fn given<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a GivenValue> {
    attributes
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value)
}
