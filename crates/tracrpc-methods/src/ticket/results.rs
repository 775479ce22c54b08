//! What the methods of `ticket` answer.

use tracrpc_tickets::ticket::workflow::{Control, OfferedAction};
use tracrpc_tickets::ticket::{Field, FieldValue, LogEntry, Ticket};
use tracrpc_translation::Catalog;
use tracrpc_wire::Timestamp;
use tracrpc_wire::{Struct, Value};

pub(super) fn ticket_value(ticket: &Ticket) -> Vec<Value> {
    let changed = ticket.time("changetime");
    let token = changed.map_or(0, Timestamp::as_microsecond);
    let values = ticket
        .values()
        .map(|(name, value)| (name.to_owned(), plain(value.clone())));
    let mut attributes: Struct = values.collect();
    attributes.insert("_ts", token.to_string());
    vec![
        ticket.id().into(),
        ticket.time("time").into(),
        changed.into(),
        attributes.into(),
    ]
}

pub(super) fn plain(value: FieldValue) -> Value {
    match value {
        FieldValue::Text(text) => text.into(),
        FieldValue::Time(time) => time.into(),
        FieldValue::Null | FieldValue::Blank => Value::Nil,
    }
}

pub(super) fn log_value(entry: LogEntry) -> Value {
    Value::Array(vec![
        entry.time.into(),
        entry.author.into(),
        entry.field.map(String::from).into(),
        plain(entry.old),
        plain(entry.new),
        i64::from(entry.permanent).into(),
    ])
}

pub(super) fn action_value(action: OfferedAction) -> Value {
    let controls = action.controls.into_iter().map(control_value).collect();
    Value::Array(vec![
        action.name.as_str().into(),
        action.label.into(),
        action.hint.into(),
        Value::Array(controls),
    ])
}

fn control_value(control: Control) -> Value {
    Value::Array(vec![
        control.name.into(),
        control.value.into(),
        strings(&control.options),
    ])
}

/// A field with its attributes in the order in which Trac adds them, its label in a language.
pub(super) fn field_value(field: &Field, catalog: &Catalog) -> Value {
    let mut members = Struct::new();
    members.insert("name", field.name.as_str());
    match &field.custom {
        None => standard_field(field, field.label_in(catalog), &mut members),
        Some(_) => custom_field(field, &mut members),
    }
    members.into()
}

fn standard_field(field: &Field, label: &str, members: &mut Struct) {
    members.insert("type", field.kind.name());
    if let Some(format) = &field.format {
        members.insert("format", format.as_str());
    }
    members.insert("label", label);
    if let Some(value) = &field.value {
        members.insert("value", value.as_str());
    }
    choices(field, members);
}

fn custom_field(field: &Field, members: &mut Struct) {
    let Some(custom) = &field.custom else { return };
    members.insert("custom", true);
    members.insert("type", field.kind.name());
    members.insert("order", custom.order);
    members.insert("label", field.label.as_str());
    members.insert("value", field.value.clone());
    choices(field, members);
    if let Some(format) = &field.format {
        members.insert("format", format.as_str());
    }
    if let Some(max_size) = custom.max_size {
        members.insert("max_size", max_size);
    }
    if let Some(height) = custom.height {
        members.insert("height", height);
    }
    if let Some(query) = &custom.ticketlink_query {
        members.insert("ticketlink_query", query.clone());
    }
}

fn choices(field: &Field, members: &mut Struct) {
    if let Some(options) = &field.options {
        members.insert("options", strings(options));
    }
    if field.optional {
        members.insert("optional", true);
    }
}

fn strings(texts: &[String]) -> Value {
    Value::Array(texts.iter().map(|text| text.as_str().into()).collect())
}
