//! Reads the columns out of the database.

use std::collections::HashMap;

use tracrpc_db::{ChangeMark, Connection, Database, Row, SqlValue};
use tracrpc_env::{Environment, MemoryShare, Result};

use super::TicketColumns;
use super::order::{EnumRank, Ranking};
use super::text::TextColumn;

/// The columns of texts that are kept.
const TEXTS: [&str; 13] = [
    "type",
    "component",
    "severity",
    "priority",
    "owner",
    "reporter",
    "cc",
    "version",
    "milestone",
    "status",
    "resolution",
    "summary",
    "keywords",
];

/// The columns of times, in microseconds.
const TIMES: [&str; 2] = ["time", "changetime"];

/// How many tickets are read at once: a short read does not hold up those who
/// write, and does not need much memory.
const AT_ONCE: i64 = 2_000;

/// Tickets hold something that cannot be kept, or more than there is memory for.
#[derive(Debug)]
pub(in crate::query) struct Unfit;

/// A ticket's row, and its custom fields.
pub(super) struct TicketRow {
    pub(super) id: i64,
    texts: Vec<SqlValue>,
    times: Vec<SqlValue>,
}

/// A value of a custom field.
pub(super) struct CustomRow {
    pub(super) ticket: i64,
    name: Option<String>,
    value: SqlValue,
}

impl TicketColumns {
    /// All tickets, as they are at some moment since `mark` or, while others
    /// write, each at another moment: what changed has to be followed.
    ///
    /// # Errors
    /// A database that fails.
    pub(in crate::query) fn load(
        env: &Environment,
        mark: ChangeMark,
    ) -> Result<Result<Self, Unfit>> {
        let database = env.db();
        let mut columns = Self::empty(mark);
        match Ranking::load(database)? {
            Ok(ranking) => columns.ranking = ranking,
            Err(unfit) => return Ok(Err(unfit)),
        }
        let mut after = i64::MIN;
        loop {
            let (tickets, custom) = database.read(|connection| next(connection, after))?;
            let Some(last) = tickets.last() else {
                columns.settle();
                return Ok(Ok(columns));
            };
            after = last.id;
            if columns.append(&tickets, &custom).is_err() || !columns.has_room(env) {
                return Ok(Err(Unfit));
            }
        }
    }

    fn empty(mark: ChangeMark) -> Self {
        Self {
            mark,
            ids: Vec::new(),
            texts: TEXTS.map(|name| (name, TextColumn::default())).into(),
            times: TIMES.map(|name| (name, Vec::new())).into(),
            custom: HashMap::new(),
            ranking: Ranking::default(),
            memory: MemoryShare::default(),
        }
    }

    fn append(&mut self, tickets: &[TicketRow], custom: &[CustomRow]) -> Result<(), Unfit> {
        for ticket in tickets {
            let place = self.ids.len();
            self.insert(place, ticket)?;
        }
        self.set_custom(custom)
    }

    /// Puts a ticket that is not there yet at its place.
    pub(super) fn insert(&mut self, place: usize, ticket: &TicketRow) -> Result<(), Unfit> {
        self.ids.insert(place, ticket.id);
        for (name, value) in TEXTS.iter().zip(&ticket.texts) {
            if let Some(column) = self.texts.get_mut(name) {
                column.insert(place, text(value)?);
            }
        }
        for (name, time) in TIMES.iter().zip(&ticket.times) {
            if let Some(column) = self.times.get_mut(name) {
                column.insert(place, self::time(time)?);
            }
        }
        for column in self.custom.values_mut() {
            column.insert(place, None);
        }
        Ok(())
    }

    /// Puts the fields of a ticket that is there.
    pub(super) fn set(&mut self, place: usize, ticket: &TicketRow) -> Result<(), Unfit> {
        for (name, value) in TEXTS.iter().zip(&ticket.texts) {
            if let Some(column) = self.texts.get_mut(name) {
                column.set(place, text(value)?);
            }
        }
        for (name, time) in TIMES.iter().zip(&ticket.times) {
            let column = self.times.get_mut(name);
            if let Some(slot) = column.and_then(|column| column.get_mut(place)) {
                *slot = self::time(time)?;
            }
        }
        for column in self.custom.values_mut() {
            column.set(place, None);
        }
        Ok(())
    }

    /// Values of tickets that do not exist are passed over.
    pub(super) fn set_custom(&mut self, rows: &[CustomRow]) -> Result<(), Unfit> {
        let count = self.ids.len();
        for row in rows {
            let Some(name) = &row.name else {
                continue;
            };
            if let Ok(place) = self.ids.binary_search(&row.ticket) {
                let column = self.custom.entry(name.clone());
                let column = column.or_insert_with(|| TextColumn::of_nulls(count));
                column.set(place, text(&row.value)?);
            }
        }
        Ok(())
    }

    /// Has to be called after changes.
    pub(super) fn settle(&mut self) {
        let columns = self.texts.values_mut().chain(self.custom.values_mut());
        columns.for_each(TextColumn::settle);
    }

    /// Whether there is memory for as much as the columns have become.
    pub(super) fn has_room(&mut self, env: &Environment) -> bool {
        let weight = self.weight();
        self.memory.resize(env, weight)
    }

    /// How much memory the columns take, roughly, in bytes.
    fn weight(&self) -> usize {
        let columns = self.texts.values().chain(self.custom.values());
        let texts: usize = columns.map(TextColumn::weight).sum();
        let a_ticket = size_of::<i64>() + TIMES.len() * size_of::<Option<i64>>();
        texts + self.ids.len() * a_ticket
    }
}

impl Ranking {
    /// # Errors
    /// A database that fails.
    pub(super) fn load(database: &Database) -> Result<Result<Self, Unfit>> {
        database.read(|connection| {
            let enums = enums(connection)?;
            let (milestones, versions) = (milestones(connection)?, versions(connection)?);
            let (Ok(milestones), Ok(versions)) = (milestones, versions) else {
                return Ok(Err(Unfit));
            };
            Ok(Ok(Self {
                enums,
                milestones,
                versions,
            }))
        })
    }
}

fn enums(connection: &mut Connection) -> Result<HashMap<String, HashMap<String, EnumRank>>> {
    let sql = "SELECT type, name, COALESCE(value,'')='', CAST(value AS integer) FROM enum \
               WHERE type IS NOT NULL AND name IS NOT NULL";
    let rows = connection.query(sql, &[])?;
    let mut enums: HashMap<String, HashMap<String, EnumRank>> = HashMap::new();
    for row in rows {
        let values = enums.entry(row.get(0)?).or_default();
        values.insert(row.get(1)?, (row.get(2)?, row.get(3)?));
    }
    Ok(enums)
}

type Dates<T> = Result<Result<HashMap<String, T>, Unfit>>;

fn milestones(connection: &mut Connection) -> Dates<[Option<i64>; 2]> {
    let sql = "SELECT name, completed, due FROM milestone WHERE name IS NOT NULL";
    let mut dates = HashMap::new();
    for row in connection.query(sql, &[])? {
        let (Ok(completed), Ok(due)) = (time(row.value(1)?), time(row.value(2)?)) else {
            return Ok(Err(Unfit));
        };
        dates.insert(row.get(0)?, [completed, due]);
    }
    Ok(Ok(dates))
}

fn versions(connection: &mut Connection) -> Dates<Option<i64>> {
    let sql = "SELECT name, time FROM version WHERE name IS NOT NULL";
    let mut dates = HashMap::new();
    for row in connection.query(sql, &[])? {
        let Ok(time) = time(row.value(1)?) else {
            return Ok(Err(Unfit));
        };
        dates.insert(row.get(0)?, time);
    }
    Ok(Ok(dates))
}

/// The tickets that follow the one with the number `after`.
fn next(connection: &mut Connection, after: i64) -> Result<(Vec<TicketRow>, Vec<CustomRow>)> {
    let condition = "id > ? ORDER BY id LIMIT ?";
    let tickets = tickets(connection, condition, &[after.into(), AT_ONCE.into()])?;
    let (Some(first), Some(last)) = (tickets.first(), tickets.last()) else {
        return Ok((tickets, Vec::new()));
    };
    let range = [first.id.into(), last.id.into()];
    let custom = custom_values(connection, "ticket BETWEEN ? AND ?", &range)?;
    Ok((tickets, custom))
}

/// The rows of the tickets that meet a condition.
pub(super) fn tickets(
    connection: &mut Connection,
    condition: &str,
    params: &[SqlValue],
) -> Result<Vec<TicketRow>> {
    let columns = [&TIMES[..], &TEXTS[..]].concat().join(", ");
    let sql = format!("SELECT id, {columns} FROM ticket WHERE {condition}");
    let rows = connection.query(&sql, params)?;
    rows.into_iter().map(ticket_row).collect()
}

fn ticket_row(row: Row) -> Result<TicketRow> {
    let id = row.get(0)?;
    let mut times = row.into_values().split_off(1);
    let texts = times.split_off(TIMES.len());
    Ok(TicketRow { id, texts, times })
}

/// The custom fields that meet a condition.
pub(super) fn custom_values(
    connection: &mut Connection,
    condition: &str,
    params: &[SqlValue],
) -> Result<Vec<CustomRow>> {
    let sql = format!("SELECT ticket, name, value FROM ticket_custom WHERE {condition}");
    // What is no number is that of no ticket, though it may look like one within a range.
    let is_of_ticket = |row: &Row| matches!(row.value(0), Ok(SqlValue::Int(_)));
    let row = |row: Row| {
        Ok(CustomRow {
            ticket: row.get(0)?,
            name: row.get(1)?,
            value: row.get(2)?,
        })
    };
    connection
        .query(&sql, params)?
        .into_iter()
        .filter(is_of_ticket)
        .map(row)
        .collect()
}

/// Trac's times are whole numbers; other values have an order of their own, which is
/// the database's.
fn time(value: &SqlValue) -> Result<Option<i64>, Unfit> {
    match value {
        SqlValue::Null => Ok(None),
        SqlValue::Int(time) => Ok(Some(*time)),
        _ => Err(Unfit),
    }
}

/// What SQLite compares as we do: a text ends at a NUL for its LIKE, and one
/// that is not UTF-8 was changed when it was read.
fn text(value: &SqlValue) -> Result<Option<&str>, Unfit> {
    match value {
        SqlValue::Null => Ok(None),
        SqlValue::Text(text) if !text.contains(['\0', char::REPLACEMENT_CHARACTER]) => {
            Ok(Some(text))
        }
        _ => Err(Unfit),
    }
}
