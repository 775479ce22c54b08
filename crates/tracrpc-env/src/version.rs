//! The versions of a project, in which tickets were found.

use std::cmp::Reverse;

use jiff::Timestamp;
use tracrpc_db::{Connection, Row, SqlValue};
use tracrpc_translation::{Message, message};

use crate::cache_table;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::name::{checked_name, natural_order, unless_taken};
use crate::time::{from_micros, to_micros};

/// A version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// What tickets have.
    pub name: String,
    /// When it was, or will be, released.
    pub time: Option<Timestamp>,
    /// What it is about.
    pub description: String,
}

/// What is to change of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionChange {
    /// The new name.
    pub name: Option<String>,
    /// The new time, or that there is none.
    pub time: Option<Option<Timestamp>>,
    /// The new description.
    pub description: Option<String>,
}

/// The versions: first those without a time, then the latest first; those of
/// the same time by name, the greatest first.
///
/// # Errors
/// *Storage*.
pub fn list(env: &Environment) -> Result<Vec<Version>> {
    env.db().read(select)
}

/// A version by its name.
///
/// # Errors
/// *Not found*; *storage*.
pub fn get(env: &Environment, name: &str) -> Result<Version> {
    env.db().read(|connection| fetch(connection, name))
}

/// Makes a version. White space in its name is simplified.
///
/// # Errors
/// *Invalid*: no name; *conflict*: there is one of that name; *storage*.
pub fn create(env: &Environment, version: &Version) -> Result<()> {
    let name = checked_name(nameless, &version.name)?;
    let description = match version.description.as_str() {
        "" => SqlValue::Null,
        text => text.into(),
    };
    env.db().write(|connection| {
        let inserted = connection.execute(
            "INSERT INTO version (name, time, description) VALUES (?, ?, ?)",
            &[name.as_str().into(), stored_time(version.time), description],
        );
        unless_taken(inserted, || taken(&name))?;
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

/// Changes a version. Tickets follow a new name, without a note in their history.
///
/// # Errors
/// *Not found*; *invalid*: no new name; *conflict*: the new name is taken; *storage*.
pub fn update(env: &Environment, name: &str, change: &VersionChange) -> Result<()> {
    env.db().write(|connection| {
        let stored = fetch(connection, name)?;
        let new_name = checked_name(nameless, change.name.as_deref().unwrap_or(name))?;
        let time = change.time.unwrap_or(stored.time);
        let description = change.description.as_deref().unwrap_or(&stored.description);
        let updated = connection.execute(
            "UPDATE version SET name = ?, time = ?, description = ? WHERE name = ?",
            &[
                new_name.as_str().into(),
                stored_time(time),
                description.into(),
                name.into(),
            ],
        );
        unless_taken(updated, || taken(&new_name))?;
        if new_name != name {
            let sql = "UPDATE ticket SET version = ? WHERE version = ?";
            connection.execute(sql, &[new_name.into(), name.into()])?;
        }
        // The order of the field's options follows the time.
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

/// Deletes a version. Tickets keep its name.
///
/// # Errors
/// *Not found*; *storage*.
pub fn delete(env: &Environment, name: &str) -> Result<()> {
    env.db().write(|connection| {
        fetch(connection, name)?;
        connection.execute("DELETE FROM version WHERE name = ?", &[name.into()])?;
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

/// The versions in their order, within a transaction of the caller.
pub(crate) fn select(connection: &mut Connection) -> Result<Vec<Version>> {
    let rows = connection.query("SELECT name, time, description FROM version", &[])?;
    let mut versions = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    let latest = |version: &Version| Reverse(version.time.unwrap_or(Timestamp::MAX));
    versions.sort_by(|one, other| {
        latest(one)
            .cmp(&latest(other))
            .then_with(|| natural_order(&other.name, &one.name))
    });
    Ok(versions)
}

fn fetch(connection: &mut Connection, name: &str) -> Result<Version> {
    let sql = "SELECT name, time, description FROM version WHERE name = ?";
    match connection.query_one(sql, &[name.into()])? {
        Some(row) => from_row(&row),
        None => Err(Error::not_found(message!(
            "Version %(name)s does not exist.",
            name = name
        ))),
    }
}

fn from_row(row: &Row) -> Result<Version> {
    let time: Option<i64> = row.get(1)?;
    Ok(Version {
        name: row.get(0)?,
        time: time.filter(|&time| time != 0).map(from_micros),
        description: row.get::<Option<String>>(2)?.unwrap_or_default(),
    })
}

/// No time is stored as 0.
fn stored_time(time: Option<Timestamp>) -> SqlValue {
    time.map_or(0, to_micros).into()
}

fn taken(name: &str) -> Message {
    message!("Version \"%(name)s\" already exists.", name = name)
}

fn nameless() -> Message {
    message!("Invalid version name.")
}
