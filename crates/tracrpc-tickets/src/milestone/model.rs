//! Milestones as they are in the database.

use std::cmp::Ordering;

use tracrpc_db::{Connection, Row};
use tracrpc_env::name::natural_order;
use tracrpc_env::stored::{Text, Time};
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Environment, Error, Result};
use tracrpc_translation::message;

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

pub(super) fn fetch(connection: &mut Connection, name: &str) -> Result<Milestone> {
    let sql = "SELECT name, due, completed, description FROM milestone WHERE name = ?";
    match connection.query_one(sql, &[name.into()])? {
        Some(row) => from_row(&row),
        None => Err(missing(name)),
    }
}

/// # Errors
/// *Not found*.
pub(super) fn require(connection: &mut Connection, name: &str) -> Result<()> {
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
