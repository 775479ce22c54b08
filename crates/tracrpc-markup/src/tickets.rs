//! What lists of tickets show of each.

use std::collections::HashMap;

use tracrpc_env::stored::{self, Text};
use tracrpc_env::{Environment, Result};
use tracrpc_tickets::query::Column;
use tracrpc_tickets::ticket;

use super::lookup::select;

/// A ticket in a list.
#[derive(Clone, Debug, Default)]
pub(super) struct ListedTicket {
    pub(super) id: i64,
    pub(super) summary: String,
    pub(super) status: String,
    /// The value of the column by which the list is grouped.
    pub(super) group: String,
}

/// The tickets `ids` in their order, with the values of a column.
pub(super) fn rows(
    env: &Environment,
    ids: &[i64],
    group: Option<&Column>,
) -> Result<Vec<ListedTicket>> {
    let keys: Vec<_> = ids.iter().map(|id| (*id).into()).collect();
    // The name of a column that is no custom field is one of Trac's schema.
    let column = group.filter(|column| !column.is_custom).map_or_else(
        || "NULL".to_owned(),
        |column| env.db().dialect().quote(&column.name),
    );
    let sql = format!("SELECT id, summary, status, {column} FROM ticket WHERE id IN");
    let mut tickets = HashMap::new();
    for row in select(env, &sql, &keys)? {
        let ticket = ListedTicket {
            id: row.get(0)?,
            summary: row.get::<Option<String>>(1)?.unwrap_or_default(),
            status: row.get::<Option<String>>(2)?.unwrap_or_default(),
            group: row.get::<Option<String>>(3)?.unwrap_or_default(),
        };
        tickets.insert(ticket.id, ticket);
    }
    if let Some(column) = group.filter(|column| column.is_custom) {
        for (id, value) in custom_values(env, &column.name, ids)? {
            tickets.entry(id).and_modify(|ticket| ticket.group = value);
        }
    }
    let mut rows: Vec<_> = ids.iter().filter_map(|id| tickets.remove(id)).collect();
    if group.is_some_and(|column| column.is_time) {
        rows.iter_mut()
            .for_each(|ticket| ticket.group = shown_time(&ticket.group));
    }
    Ok(rows)
}

fn custom_values(env: &Environment, name: &str, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT name, ticket, value FROM ticket_custom WHERE ticket IN";
    let keys: Vec<_> = ids.iter().map(|id| (*id).into()).collect();
    let mut values = Vec::new();
    for row in select(env, sql, &keys)? {
        if row.get::<Text>(0)?.0 == name {
            values.push((
                row.get(1)?,
                row.get::<Option<String>>(2)?.unwrap_or_default(),
            ));
        }
    }
    Ok(values)
}

/// A stored time as Python writes it.
pub(super) fn shown_time(micros: &str) -> String {
    let time = stored::time_of_text(micros);
    time.map_or_else(|| "None".to_owned(), ticket::written_time)
}
