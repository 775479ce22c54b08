//! The versions of a project, in which tickets were found.

use std::cmp::Reverse;

use tracrpc_db::{Connection, Row, SqlValue};
use tracrpc_env::name::{checked_name, natural_order, unless_taken};
use tracrpc_env::stored::{Text, Time};
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Environment, Error, Result, cache_table};
use tracrpc_translation::{Message, message};

use crate::assign::assign;

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
        require(connection, name)?;
        let new_name = checked_name(nameless, change.name.as_deref().unwrap_or(name))?;
        let assignments = [
            ("name", (new_name != name).then(|| new_name.as_str().into())),
            ("time", change.time.map(stored_time)),
            ("description", change.description.as_deref().map(Into::into)),
        ];
        let updated = assign(connection, "version", name, assignments);
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
        require(connection, name)?;
        connection.execute("DELETE FROM version WHERE name = ?", &[name.into()])?;
        Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
    })
}

/// The versions in their order, within a transaction of the caller.
pub(crate) fn select(connection: &mut Connection) -> Result<Vec<Version>> {
    let sql = "SELECT name, time, description FROM version WHERE name IS NOT NULL";
    let rows = connection.query(sql, &[])?;
    let mut versions = rows.iter().map(listed).collect::<Result<Vec<_>>>()?;
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
        None => Err(missing(name)),
    }
}

fn require(connection: &mut Connection, name: &str) -> Result<()> {
    let row = connection.query_one("SELECT 1 FROM version WHERE name = ?", &[name.into()])?;
    row.map(drop).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Error {
    Error::not_found(message!("Version %(name)s does not exist.", name = name))
}

fn from_row(row: &Row) -> Result<Version> {
    Ok(Version {
        time: row.get::<Time>(1)?.date()?,
        ..listed(row)?
    })
}

/// In a list, what is no time does not count: the other versions are needed.
fn listed(row: &Row) -> Result<Version> {
    Ok(Version {
        name: row.get::<Text>(0)?.0,
        time: row.get::<Time>(1)?.known(),
        description: row.get::<Text>(2)?.0,
    })
}

/// No time is stored as 0.
fn stored_time(time: Option<Timestamp>) -> SqlValue {
    time.map_or(0, Timestamp::as_microsecond).into()
}

fn taken(name: &str) -> Message {
    message!("Version \"%(name)s\" already exists.", name = name)
}

fn nameless() -> Message {
    message!("Invalid version name.")
}
