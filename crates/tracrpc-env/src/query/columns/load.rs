//! Reads the columns out of the database.

use std::collections::HashMap;

use tracrpc_db::{ChangeMark, Connection, Database, Row, SqlValue};

use super::TicketColumns;
use super::order::{EnumRank, Ranking};
use super::text::TextColumn;
use crate::error::Result;

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

/// The most memory that the columns may take, in bytes.
const MAX_WEIGHT: usize = 256 << 20;

/// Tickets hold something that cannot be kept, or too much of it.
#[derive(Debug)]
pub(in crate::query) struct Unfit;

/// A ticket's row, and its custom fields.
pub(super) struct TicketRow {
    pub(super) id: i64,
    texts: Vec<SqlValue>,
    times: Vec<Option<i64>>,
}

/// A value of a custom field.
pub(super) struct CustomRow {
    pub(super) ticket: i64,
    name: String,
    value: SqlValue,
}

impl TicketColumns {
    /// All tickets, as they are at some moment since `mark` or, while others
    /// write, each at another moment: what changed has to be followed.
    ///
    /// # Errors
    /// A database that fails.
    pub(in crate::query) fn load(
        database: &Database,
        mark: ChangeMark,
    ) -> Result<Result<Self, Unfit>> {
        let mut columns = Self::empty(mark);
        columns.ranking = Ranking::load(database)?;
        let mut after = i64::MIN;
        loop {
            let (tickets, custom) = database.read(|connection| next(connection, after))?;
            let Some(last) = tickets.last() else {
                columns.settle();
                return Ok(Ok(columns));
            };
            after = last.id;
            if columns.append(&tickets, &custom).is_err() || columns.weight() > MAX_WEIGHT {
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
                column.insert(place, *time);
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
                *slot = *time;
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
            if let Ok(place) = self.ids.binary_search(&row.ticket) {
                let column = self.custom.entry(row.name.clone());
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

    fn weight(&self) -> usize {
        let columns = self.texts.values().chain(self.custom.values());
        columns.map(TextColumn::weight).sum()
    }
}

impl Ranking {
    /// # Errors
    /// A database that fails.
    pub(super) fn load(database: &Database) -> Result<Self> {
        database.read(|connection| {
            Ok(Self {
                enums: enums(connection)?,
                milestones: milestones(connection)?,
                versions: versions(connection)?,
            })
        })
    }
}

fn enums(connection: &mut Connection) -> Result<HashMap<String, HashMap<String, EnumRank>>> {
    let sql = "SELECT type, name, COALESCE(value,'')='', CAST(value AS integer) FROM enum";
    let rows = connection.query(sql, &[])?;
    let mut enums: HashMap<String, HashMap<String, EnumRank>> = HashMap::new();
    for row in rows {
        let values = enums.entry(row.get(0)?).or_default();
        values.insert(row.get(1)?, (row.get(2)?, row.get(3)?));
    }
    Ok(enums)
}

fn milestones(connection: &mut Connection) -> Result<HashMap<String, [Option<i64>; 2]>> {
    let rows = connection.query("SELECT name, completed, due FROM milestone", &[])?;
    let entry = |row: &Row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?]));
    rows.iter().map(entry).collect()
}

fn versions(connection: &mut Connection) -> Result<HashMap<String, Option<i64>>> {
    let rows = connection.query("SELECT name, time FROM version", &[])?;
    rows.iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect()
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
    let times = (1..=TIMES.len()).map(|index| Ok(row.get(index)?));
    Ok(TicketRow {
        id,
        times: times.collect::<Result<_>>()?,
        texts: row.into_values().split_off(1 + TIMES.len()),
    })
}

/// The custom fields that meet a condition.
pub(super) fn custom_values(
    connection: &mut Connection,
    condition: &str,
    params: &[SqlValue],
) -> Result<Vec<CustomRow>> {
    let sql = format!("SELECT ticket, name, value FROM ticket_custom WHERE {condition}");
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
        .map(row)
        .collect()
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
