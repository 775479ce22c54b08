//! `ticket.type.*`, `ticket.resolution.*`, `ticket.priority.*` and
//! `ticket.severity.*`: lists in which a value has a place, a number as text.

use tracrpc_env::{Actor, Error};
use tracrpc_tickets::enums::{self, EnumKind};
use tracrpc_translation::{message, own_message, type_in_words};
use tracrpc_wire::Value;

use super::attribute::new_name;
use super::{Nouns, existing};
use crate::argument::is_true;
use crate::method::Namespace;

pub(super) fn namespaces() -> Vec<Namespace> {
    vec![
        namespace("ticket.type", EnumKind::Type, "type", "types"),
        namespace(
            "ticket.resolution",
            EnumKind::Resolution,
            "resolution",
            "resolutions",
        ),
        namespace(
            "ticket.priority",
            EnumKind::Priority,
            "priority",
            "priorities",
        ),
        namespace(
            "ticket.severity",
            EnumKind::Severity,
            "severity",
            "severities",
        ),
    ]
}

fn namespace(name: &str, kind: EnumKind, one: &'static str, many: &'static str) -> Namespace {
    let nouns = Nouns {
        one,
        many,
        content: "value",
        these: "this",
        content_type: "string",
    };
    let documentation =
        format!("The {many} of tickets. The value of a {one} is its place in the list, as text.");
    Namespace::new(name, documentation)
        .method(nouns.get_all(move |actor: &Actor| get_all(actor, kind)))
        .method(nouns.get(move |actor: &Actor, name: Option<String>| get(actor, kind, name)))
        .method(nouns.delete(move |actor: &Actor, name: Option<String>| delete(actor, kind, name)))
        .method(
            nouns.create(move |actor: &Actor, name: Value, value: Value| {
                create(actor, kind, &name, &value)
            }),
        )
        .method(
            nouns.update(move |actor: &Actor, name: Option<String>, value: Value| {
                update(actor, kind, name, &value)
            }),
        )
}

fn get_all(actor: &Actor, kind: EnumKind) -> Result<Vec<String>, Error> {
    let all = enums::list(actor.env(), kind)?;
    Ok(all.into_iter().map(|value| value.name).collect())
}

fn get(actor: &Actor, kind: EnumKind, name: Option<String>) -> Result<Option<String>, Error> {
    match name.as_deref().unwrap_or_default() {
        "" => Ok(None),
        name => Ok(enums::get(actor.env(), kind, name)?.value),
    }
}

fn delete(actor: &Actor, kind: EnumKind, name: Option<String>) -> Result<(), Error> {
    let name = existing(name, || enums::undeletable(kind))?;
    enums::delete(actor.env(), kind, &name)
}

/// Nothing, 0 and the like leave the choice of the place to the list.
fn create(actor: &Actor, kind: EnumKind, name: &Value, value: &Value) -> Result<(), Error> {
    let value = match is_true(value) {
        true => stored(value)?,
        false => None,
    };
    enums::create(actor.env(), kind, &new_name(name)?, value.as_deref())
}

fn update(actor: &Actor, kind: EnumKind, name: Option<String>, value: &Value) -> Result<(), Error> {
    let name = existing(name, || message!("Cannot update non-existent enum."))?;
    // What does not exist is said before what cannot be stored.
    let value =
        stored(value).or_else(|error| enums::get(actor.env(), kind, &name).and(Err(error)))?;
    enums::set_value(actor.env(), kind, &name, value.as_deref())
}

/// The text that a database makes of a value.
fn stored(value: &Value) -> Result<Option<String>, Error> {
    Ok(Some(match value {
        Value::Nil => return Ok(None),
        Value::String(text) => text.clone(),
        Value::Bool(truth) => i64::from(*truth).to_string(),
        Value::Int(number) => number.to_string(),
        Value::Double(number) => format!("{number:?}"),
        value => {
            return Err(Error::invalid(own_message!(
                "parameter %(name)s: expected %(expected)s, got %(type)s",
                name = "value",
                expected = type_in_words("string"),
                r#type = type_in_words(value.type_name()),
            )));
        }
    }))
}
