//! The milestones of a project, to which tickets are planned.

use std::cmp::Ordering;

use tracrpc_db::{Connection, Row, SqlValue};
use tracrpc_translation::{Message, message};

use crate::assign::assign;
use crate::attachment::{self, FileChanges};
use crate::cache_table;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::name::{checked_name, natural_order, unless_taken};
use crate::resource::Resource;
use crate::stored::{Text, Time};
use crate::ticket;
use crate::time::{self, Timestamp};

/// A milestone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Milestone {
    /// What tickets have.
    pub name: String,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// When it was completed.
    pub completed: Option<Timestamp>,
    /// What it is about.
    pub description: String,
}

/// What is to change of a milestone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MilestoneChange {
    /// The new name.
    pub name: Option<String>,
    /// The new date, or that there is none.
    pub due: Option<Option<Timestamp>>,
    /// The new date, or that there is none.
    pub completed: Option<Option<Timestamp>>,
    /// The new description.
    pub description: Option<String>,
}

/// The milestones: the completed ones first, then by date, then by name; those
/// without a date come last.
///
/// # Errors
/// *Storage*.
pub fn list(env: &Environment) -> Result<Vec<Milestone>> {
    env.db().read(select)
}

/// A milestone by its name.
///
/// # Errors
/// *Not found*; *storage*.
pub fn get(env: &Environment, name: &str) -> Result<Milestone> {
    env.db().read(|connection| fetch(connection, name))
}

/// Makes a milestone. White space in its name is simplified.
///
/// # Errors
/// *Invalid*: no name; *conflict*: there is one of that name; *storage*.
pub fn create(env: &Environment, milestone: &Milestone) -> Result<()> {
    let name = checked_name(nameless, &milestone.name)?;
    env.db().write(|connection| {
        let inserted = connection.execute(
            "INSERT INTO milestone (name, due, completed, description) VALUES (?, ?, ?, ?)",
            &[
                name.as_str().into(),
                stored_time(milestone.due),
                stored_time(milestone.completed),
                milestone.description.as_str().into(),
            ],
        );
        unless_taken(inserted, || taken(&name))?;
        touch(connection)
    })
}

/// Changes a milestone for `author`, if one is known. A new name goes into the
/// history of the milestone's tickets, and its attachments follow.
///
/// # Errors
/// *Not found*; *invalid*: no new name; *conflict*: the new name is taken; *storage*.
pub fn update(
    env: &Environment,
    name: &str,
    change: &MilestoneChange,
    author: Option<&str>,
) -> Result<()> {
    let mut files = FileChanges::new(env);
    env.db().write(|connection| {
        require(connection, name)?;
        let new_name = checked_name(nameless, change.name.as_deref().unwrap_or(name))?;
        if new_name != name {
            let log = ticket::LogNote {
                author,
                comment: "Milestone renamed",
                when: time::now(),
            };
            ticket::retarget(env, connection, name, &new_name, &log)?;
            let (old, new) = (
                Resource::milestone(name),
                Resource::milestone(new_name.as_str()),
            );
            attachment::reparent_all(connection, &mut files, &old, &new)?;
        }
        let assignments = [
            ("name", (new_name != name).then(|| new_name.as_str().into())),
            ("due", change.due.map(stored_time)),
            ("completed", change.completed.map(stored_time)),
            ("description", change.description.as_deref().map(Into::into)),
        ];
        let updated = assign(connection, "milestone", name, assignments);
        unless_taken(updated, || taken(&new_name))?;
        touch(connection)
    })?;
    files.finish();
    Ok(())
}

/// Deletes a milestone with its attachments. Tickets keep its name.
///
/// # Errors
/// *Not found*; *storage*.
pub fn delete(env: &Environment, name: &str) -> Result<()> {
    let mut files = FileChanges::new(env);
    env.db().write(|connection| {
        require(connection, name)?;
        connection.execute("DELETE FROM milestone WHERE name = ?", &[name.into()])?;
        attachment::delete_all(connection, &mut files, &Resource::milestone(name))?;
        touch(connection)
    })?;
    files.finish();
    Ok(())
}

fn select(connection: &mut Connection) -> Result<Vec<Milestone>> {
    let sql = "SELECT name, due, completed, description FROM milestone WHERE name IS NOT NULL";
    let rows = connection.query(sql, &[])?;
    let mut milestones = rows.iter().map(listed).collect::<Result<Vec<_>>>()?;
    milestones.sort_by(in_order);
    Ok(milestones)
}

fn in_order(one: &Milestone, other: &Milestone) -> Ordering {
    let dates = |milestone: &Milestone| {
        let date = |date: Option<Timestamp>| date.unwrap_or(Timestamp::MAX);
        (date(milestone.completed), date(milestone.due))
    };
    dates(one)
        .cmp(&dates(other))
        .then_with(|| natural_order(&one.name, &other.name))
}

fn fetch(connection: &mut Connection, name: &str) -> Result<Milestone> {
    let sql = "SELECT name, due, completed, description FROM milestone WHERE name = ?";
    match connection.query_one(sql, &[name.into()])? {
        Some(row) => from_row(&row),
        None => Err(missing(name)),
    }
}

fn require(connection: &mut Connection, name: &str) -> Result<()> {
    let sql = "SELECT 1 FROM milestone WHERE name = ?";
    let row = connection.query_one(sql, &[name.into()])?;
    row.map(drop).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Error {
    Error::not_found(message!("Milestone %(name)s does not exist.", name = name))
        .with_title(message!("Invalid milestone name."))
}

fn from_row(row: &Row) -> Result<Milestone> {
    Ok(Milestone {
        due: row.get::<Time>(1)?.date()?,
        completed: row.get::<Time>(2)?.date()?,
        ..listed(row)?
    })
}

/// In a list, what is no date does not count: the other milestones are needed.
fn listed(row: &Row) -> Result<Milestone> {
    Ok(Milestone {
        name: row.get::<Text>(0)?.0,
        due: row.get::<Time>(1)?.known(),
        completed: row.get::<Time>(2)?.known(),
        description: row.get::<Text>(3)?.0,
    })
}

/// No date is stored as 0.
fn stored_time(time: Option<Timestamp>) -> SqlValue {
    time.map_or(0, Timestamp::as_microsecond).into()
}

fn touch(connection: &mut Connection) -> Result<()> {
    cache_table::touch(connection, cache_table::MILESTONES)?;
    Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
}

fn taken(name: &str) -> Message {
    message!("Milestone \"%(name)s\" already exists.", name = name)
}

fn nameless() -> Message {
    message!("Invalid milestone name.")
}
