//! A ticket as it is worked on: its values, and what they were before.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use tracrpc_db::{Connection, Row, SqlValue};
use tracrpc_env::stored::Time;
use tracrpc_env::text::strip;
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Error, Resource, Result};
use tracrpc_translation::{message, own_message, type_in_words};

use super::custom_default::custom_default;
use super::definitions::Definitions;
use super::field::{FieldKind, Fields};
use super::name::FieldName;
use super::value::{FieldValue, GivenValue};

/// A ticket of the database, or one that is about to be made.
///
/// Every change of a value is remembered with the old one until the ticket is
/// stored.
#[derive(Clone, Debug)]
pub struct Ticket {
    id: Option<i64>,
    definitions: Arc<Definitions>,
    values: HashMap<FieldName, FieldValue>,
    old: BTreeMap<FieldName, FieldValue>,
    stored_custom: HashSet<FieldName>,
    /// When it was changed the last time, as the database has it.
    seen: SqlValue,
}

/// The fields that only the workflow and the clock change.
pub(super) const PROTECTED: [&str; 4] = ["resolution", "status", "time", "changetime"];

impl Ticket {
    /// A ticket that does not exist yet, without any values.
    pub(super) fn blank(definitions: Arc<Definitions>) -> Self {
        Self {
            id: None,
            definitions,
            values: HashMap::new(),
            old: BTreeMap::new(),
            stored_custom: HashSet::new(),
            seen: SqlValue::Null,
        }
    }

    /// Reads a ticket.
    ///
    /// A custom field that was added after the ticket was made has its default,
    /// which counts as a change that is yet to be stored.
    ///
    /// # Errors
    /// `NotFound` if there is no such ticket, or a database that fails.
    pub(super) fn fetch(
        connection: &mut Connection,
        definitions: &Arc<Definitions>,
        id: TicketId,
    ) -> Result<Self> {
        let mut ticket = Self::blank(Arc::clone(definitions));
        ticket.id = Some(id.0);
        ticket.fetch_standard(connection, id)?;
        ticket.fetch_custom(connection, id)?;
        ticket.set_missing_defaults()?;
        Ok(ticket)
    }

    /// The number, none for a ticket that does not exist yet.
    #[must_use]
    pub fn id(&self) -> Option<i64> {
        self.id
    }

    /// What permissions are asked on.
    #[must_use]
    pub fn resource(&self) -> Resource {
        self.id
            .map_or_else(|| Resource::realm("ticket"), Resource::ticket)
    }

    /// The fields that it can have.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        self.definitions.fields()
    }

    /// The fields, the workflow and the configuration that hold for it.
    pub(super) fn definitions(&self) -> &Arc<Definitions> {
        &self.definitions
    }

    /// The value of a field, if it has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FieldValue> {
        self.values.get(name)
    }

    /// The text of a field, empty if there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.get(name).map_or("", FieldValue::as_text)
    }

    /// The time of a field, if it has one.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.get(name).and_then(FieldValue::as_time)
    }

    /// The values in the order of the fields; fields without a value are not there.
    pub fn values(&self) -> impl Iterator<Item = (&FieldName, &FieldValue)> {
        self.fields().iter().filter_map(|field| {
            let value = self.get(&field.name)?;
            Some((&field.name, value))
        })
    }

    /// The fields that have changed, with what they were before.
    pub fn old_values(&self) -> &BTreeMap<FieldName, FieldValue> {
        &self.old
    }

    /// When it was changed the last time, in microseconds.
    pub(super) fn changetime(&self) -> i64 {
        self.time("changetime").map_or(0, Timestamp::as_microsecond)
    }

    /// The text that a field had before it was changed.
    pub(super) fn original_text(&self, name: &str) -> &str {
        self.old
            .get(name)
            .or_else(|| self.get(name))
            .map_or("", FieldValue::as_text)
    }

    /// When it was changed the last time, as the database had it when the ticket was
    /// read: not every value of a column is a time to the microsecond.
    pub(super) fn seen(&self) -> SqlValue {
        match &self.seen {
            SqlValue::Null => SqlValue::Int(0),
            value => value.clone(),
        }
    }

    /// Whether both were read from the same rows.
    pub(super) fn is_stored_as(&self, other: &Self) -> bool {
        self.seen == other.seen
            && self.values == other.values
            && self.stored_custom == other.stored_custom
    }

    /// Whether the database has a row for a custom field.
    pub(super) fn has_stored_custom(&self, name: &str) -> bool {
        self.stored_custom.contains(name)
    }

    /// Gives a field a value, by the rules of Trac: white space around a line
    /// of text goes away, and a value that is set back is no change.
    ///
    /// # Errors
    /// `Invalid` for values that the field cannot hold.
    pub fn set(&mut self, name: &str, value: GivenValue) -> Result<()> {
        let value = self.cleaned(name, value)?;
        self.store(self.name_of(name), value);
        Ok(())
    }

    /// The changed fields with their present values, as far as Trac sees a
    /// difference: nothing at all becoming an empty text is none.
    pub(super) fn changed_values(&self) -> Vec<(FieldName, FieldValue)> {
        let differs = |(name, old): (&FieldName, &FieldValue)| {
            let new = self.get(name)?.clone();
            let old = if old.is_empty() {
                &FieldValue::Text(String::new())
            } else {
                old
            };
            (*old != new).then(|| (name.clone(), new))
        };
        self.old.iter().filter_map(differs).collect()
    }

    /// Gives a field a value that has been cleaned before.
    pub(super) fn set_again(&mut self, name: FieldName, value: FieldValue) {
        self.store(name, value);
    }

    /// Takes back all changes of fields.
    pub(super) fn revert(&mut self) {
        let fields = Arc::clone(&self.definitions);
        let changed = std::mem::take(&mut self.old);
        for (name, value) in changed {
            if fields.fields().contains(&name) {
                self.values.insert(name, value);
            } else {
                self.old.insert(name, value);
            }
        }
    }

    /// Sets a value past the memory of changes.
    pub(super) fn put(&mut self, name: impl Into<FieldName>, value: FieldValue) {
        self.values.insert(name.into(), value);
    }

    /// The ticket has been stored as it is now.
    pub(super) fn stored(&mut self, id: i64) {
        self.id = Some(id);
        self.old.clear();
    }

    fn cleaned(&self, name: &str, value: GivenValue) -> Result<FieldValue> {
        let kind = self.fields().get(name).map(|field| &field.kind);
        let is_time = kind == Some(&FieldKind::Time);
        let is_textarea = kind == Some(&FieldKind::Textarea);
        match value {
            GivenValue::Null => Ok(FieldValue::Null),
            GivenValue::Text(text) if is_time || is_textarea => Ok(FieldValue::Text(text)),
            GivenValue::Text(text) => Ok(FieldValue::Text(strip(&text).to_owned())),
            GivenValue::Time(time) if is_time => Ok(FieldValue::Time(time)),
            value if !value.is_truthy() => Ok(FieldValue::Blank),
            GivenValue::List(_) if !is_time => Err(Error::invalid(message!(
                "Multi-values fields not supported yet"
            ))),
            GivenValue::Int(number) if is_textarea => Ok(number.to_string().into()),
            GivenValue::Double(number) if is_textarea => Ok(number.to_string().into()),
            GivenValue::Bool(true) if is_textarea => Ok("1".into()),
            GivenValue::Time(time) if is_textarea => Ok(written_time(time).into()),
            value => Err(unfitting(name, is_time, value.type_name())),
        }
    }

    /// The name as the field has it, if there is such a field.
    fn name_of(&self, name: &str) -> FieldName {
        let field = self.fields().get(name);
        field.map_or_else(|| name.into(), |field| field.name.clone())
    }

    fn store(&mut self, name: FieldName, value: FieldValue) {
        let current = self.values.get(&name);
        if current == Some(&value) {
            return;
        }
        match self.old.get(&name) {
            None => {
                let before = current.cloned().unwrap_or_default();
                self.old.insert(name.clone(), before);
            }
            Some(before) if *before == value => {
                self.old.remove(&name);
            }
            Some(_) => {}
        }
        self.values.insert(name, value);
    }

    fn fetch_standard(&mut self, connection: &mut Connection, id: TicketId) -> Result<()> {
        let definitions = Arc::clone(&self.definitions);
        let names: Vec<&FieldName> = definitions.fields().standard_names().collect();
        let columns: Vec<_> = names
            .iter()
            .map(|name| connection.dialect().quote(name))
            .collect();
        let sql = format!("SELECT {} FROM ticket WHERE id=?", columns.join(","));
        let row = connection
            .query_one(&sql, &[id.0.into()])?
            .ok_or_else(|| missing(id.0))?;
        for (index, name) in names.into_iter().enumerate() {
            let value = standard_value(&row, index, definitions.fields().is_time(name))?;
            if *name == "changetime" {
                self.seen = row.value(index)?.clone();
            }
            self.put(name.clone(), value);
        }
        Ok(())
    }

    fn fetch_custom(&mut self, connection: &mut Connection, id: TicketId) -> Result<()> {
        let definitions = Arc::clone(&self.definitions);
        if definitions.fields().custom().next().is_none() {
            return Ok(());
        }
        let sql = "SELECT name, value FROM ticket_custom WHERE ticket=?";
        for row in connection.query(sql, &[id.0.into()])? {
            let Some(name) = row.get::<Option<String>>(0)? else {
                continue;
            };
            let text: Option<String> = row.get(1)?;
            let name = self.name_of(&name);
            if definitions.fields().is_custom(&name) {
                let value = custom_value(text, definitions.fields().is_time(&name))?;
                self.put(name.clone(), value);
            }
            self.stored_custom.insert(name);
        }
        Ok(())
    }

    fn set_missing_defaults(&mut self) -> Result<()> {
        let definitions = Arc::clone(&self.definitions);
        for field in definitions.fields().custom() {
            if self.values.contains_key(&field.name) {
                continue;
            }
            let default = custom_default(&definitions, field)?;
            if !default.is_empty() {
                self.set(&field.name, default.into())?;
            }
        }
        Ok(())
    }
}

/// A time as Python's database driver writes it into a text.
pub fn written_time(time: Timestamp) -> String {
    let format = match time.as_microsecond().rem_euclid(1_000_000) {
        0 => "%Y-%m-%d %H:%M:%S+00:00",
        _ => "%Y-%m-%d %H:%M:%S%.6f+00:00",
    };
    time.utc().strftime(format).to_string()
}

/// The number of a ticket, within the bounds that Trac accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TicketId(i64);

impl TicketId {
    /// The ticket that a caller names: a number, or text that spells one.
    ///
    /// # Errors
    /// `NotFound` for anything that cannot be the number of a ticket.
    pub fn from_given(given: &GivenValue) -> Result<Self> {
        let number = given
            .to_int()
            .filter(|number| (1..=1 << 31).contains(number));
        number.map(Self).ok_or_else(|| missing(given.display()))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

/// The error for a ticket that is not there.
pub(super) fn missing(id: impl std::fmt::Display) -> Error {
    Error::not_found(message!(
        "Ticket %(id)s does not exist.",
        id = id.to_string()
    ))
    .with_title(message!("Invalid ticket number"))
}

fn standard_value(row: &Row, index: usize, is_time: bool) -> Result<FieldValue> {
    if is_time {
        return Ok(FieldValue::Time(row.get::<Time>(index)?.moment()?));
    }
    let text: Option<String> = row.get(index)?;
    Ok(FieldValue::Text(text.unwrap_or_default()))
}

fn custom_value(text: Option<String>, is_time: bool) -> Result<FieldValue> {
    if is_time {
        return super::custom_time::read(text.as_deref());
    }
    Ok(FieldValue::Text(text.unwrap_or_default()))
}

/// The error for a value that a field cannot have.
fn unfitting(name: &str, is_time: bool, given: &str) -> Error {
    let expected = if is_time { "DateTime" } else { "string" };
    Error::invalid(own_message!(
        "ticket field %(name)s: expected %(expected)s, got %(type)s",
        name = name,
        expected = type_in_words(expected),
        r#type = type_in_words(given),
    ))
}

/// The form in which a value goes into the database.
///
/// # Errors
/// `Invalid` for text in a field of type time.
pub(super) fn to_sql(fields: &Fields, name: &str, value: &FieldValue) -> Result<SqlValue> {
    if value.is_empty() {
        return Ok(SqlValue::Null);
    }
    match value {
        FieldValue::Time(time) if fields.is_custom(name) => {
            Ok(SqlValue::Text(super::custom_time::write(*time)))
        }
        FieldValue::Time(time) => Ok(SqlValue::Int(time.as_microsecond())),
        _ if fields.is_time(name) => Err(unfitting(name, true, "string")),
        _ => Ok(SqlValue::Text(value.as_text().to_owned())),
    }
}
