//! Storing the changes of a ticket and what they were.

use std::collections::HashSet;

use tracrpc_db::{Connection, ErrorKind, SqlValue};
use tracrpc_env::text::{is_blank, parse_int};
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Error, Result};
use tracrpc_translation::own_message;

use super::cc;
use super::custom_default::custom_default;
use super::model::{Ticket, missing, to_sql};
use super::name::FieldName;
use super::value::{FieldValue, GivenValue};

/// What is stored with the new values of the fields.
pub(super) struct Change<'a> {
    /// Who made it, if that is known.
    pub(super) author: Option<&'a str>,
    /// The comment, none for a caller that gave none at all.
    pub(super) comment: Option<&'a str>,
    /// When it was made.
    pub(super) when: Timestamp,
}

/// Stores the changed values, one row of `ticket_change` for each, and the
/// comment, be it empty. Without changes and comment nothing is stored.
///
/// # Errors
/// `Invalid` for values that the database has no place for, `Conflict` if
/// somebody else changed the ticket at the same moment, or a database that
/// fails. Use within a transaction.
pub(super) fn save(
    connection: &mut Connection,
    ticket: &mut Ticket,
    change: &Change<'_>,
) -> Result<()> {
    let id = ticket.id().ok_or_else(|| missing("None"))?;
    if ticket.get("cc").is_some() {
        let list = cc::normalized(ticket.text("cc"));
        ticket.set("cc", GivenValue::Text(list))?;
    }
    if !is_worth_saving(ticket, change.comment) {
        return Ok(());
    }
    let custom = save_custom(connection, ticket, id)?;
    let number = next_comment_number(connection, id)?;
    update_row(connection, ticket, id, change.when)?;
    insert_changes(connection, ticket, id, change, number, &custom)?;
    ticket.put("changetime", FieldValue::Time(change.when));
    ticket.stored(id);
    Ok(())
}

fn is_worth_saving(ticket: &Ticket, comment: Option<&str>) -> bool {
    let has_comment = comment.is_some_and(|comment| !is_blank(comment));
    let is_changed = |(name, old): (&FieldName, &FieldValue)| {
        ticket.get(name).unwrap_or(&FieldValue::Null) != old
    };
    has_comment || ticket.old_values().iter().any(is_changed)
}

/// Sets the changed columns and the time of the change in one statement.
fn update_row(
    connection: &mut Connection,
    ticket: &Ticket,
    id: i64,
    when: Timestamp,
) -> Result<()> {
    let mut columns = vec!["changetime=?".to_owned()];
    let mut params: Vec<SqlValue> = vec![when.as_microsecond().into()];
    for name in changed_names(ticket).filter(|name| !ticket.fields().is_custom(name)) {
        require_column(name)?;
        columns.push(format!("{}=?", connection.dialect().quote(name)));
        params.push(current(ticket, name)?);
    }
    params.extend([id.into(), ticket.seen()]);
    let sql = format!(
        "UPDATE ticket SET {} WHERE id=? AND COALESCE(changetime, 0)=?",
        columns.join(", ")
    );
    match connection.execute(&sql, &params)? {
        0 => Err(Error::conflict(super::validate::collision())),
        _ => Ok(()),
    }
}

/// The columns of Trac's table `ticket` that a change may name. Not all of
/// them need be fields: `severity` is none while there are no severities.
const COLUMNS: [&str; 14] = [
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
    "description",
    "keywords",
];

fn require_column(name: &str) -> Result<()> {
    if COLUMNS.contains(&name) {
        return Ok(());
    }
    // SQLite's text, which clients of Trac have seen so far, and its own test-suite asks for.
    Err(Error::invalid(format!("no such column: {name}")))
}

/// Stores the changed custom fields, and returns those whose change is not
/// logged: those that only got the default which they had all along.
fn save_custom(connection: &mut Connection, ticket: &Ticket, id: i64) -> Result<HashSet<String>> {
    let mut silent = HashSet::new();
    let mut added = Vec::new();
    for name in changed_names(ticket).filter(|name| ticket.fields().is_custom(name)) {
        let value = current(ticket, name)?;
        if ticket.has_stored_custom(name) {
            let sql = "UPDATE ticket_custom SET value=? WHERE ticket=? AND name=?";
            connection.execute(sql, &[value, id.into(), name.into()])?;
            continue;
        }
        if was_implied(ticket, name)? {
            silent.insert(name.to_owned());
        }
        added.push([id.into(), name.into(), value]);
    }
    super::rows::insert(
        connection,
        "ticket_custom",
        ["ticket", "name", "value"],
        added,
    )?;
    Ok(silent)
}

fn was_implied(ticket: &Ticket, name: &str) -> Result<bool> {
    let had_value = ticket
        .old_values()
        .get(name)
        .is_some_and(|old| !old.is_empty());
    let Some(field) = ticket.fields().get(name).filter(|_| !had_value) else {
        return Ok(false);
    };
    let default = custom_default(ticket.definitions(), field)?;
    Ok(ticket.get(name) == Some(&default))
}

fn insert_changes(
    connection: &mut Connection,
    ticket: &Ticket,
    id: i64,
    change: &Change<'_>,
    number: i64,
    silent: &HashSet<String>,
) -> Result<()> {
    let time = change.when.as_microsecond();
    let row = |field: &str, old: SqlValue, new: SqlValue| {
        [
            id.into(),
            time.into(),
            change.author.into(),
            field.into(),
            old,
            new,
        ]
    };
    let mut rows = Vec::new();
    for (name, old) in ticket
        .old_values()
        .iter()
        .filter(|(name, _)| !silent.contains(name.as_str()))
    {
        rows.push(row(
            name,
            to_sql(ticket.fields(), name, old)?,
            current(ticket, name)?,
        ));
    }
    // An empty comment is stored too: it counts.
    rows.push(row(
        "comment",
        number.to_string().into(),
        change.comment.into(),
    ));
    let columns = ["ticket", "time", "author", "field", "oldvalue", "newvalue"];
    super::rows::insert(connection, "ticket_change", columns, rows).map_err(same_moment)
}

/// A ticket cannot be changed twice at one moment.
fn same_moment(error: tracrpc_db::Error) -> Error {
    match error.kind() {
        ErrorKind::Unique => Error::conflict(own_message!(
            "The ticket already has a change of that time."
        )),
        _ => error.into(),
    }
}

/// The number of the next comment: one more than that of the latest change
/// that has one, and one for each later change without.
fn next_comment_number(connection: &mut Connection, id: i64) -> Result<i64> {
    let mut unnumbered = 0;
    let mut offset = 0;
    loop {
        let page = latest_comments(connection, id, offset)?;
        for number in &page {
            match number {
                Some(number) => return Ok(number.saturating_add(unnumbered).saturating_add(1)),
                None => unnumbered += 1,
            }
        }
        // Nearly always the first row has the number.
        if page.is_empty() {
            return Ok(unnumbered + 1);
        }
        offset += i64::try_from(page.len()).unwrap_or(i64::MAX);
    }
}

/// The numbers of a few changes, the latest first.
fn latest_comments(connection: &mut Connection, id: i64, offset: i64) -> Result<Vec<Option<i64>>> {
    let sql = "SELECT DISTINCT tc1.time, COALESCE(tc2.oldvalue, '') FROM ticket_change tc1 \
               LEFT OUTER JOIN ticket_change tc2 \
               ON tc2.ticket=tc1.ticket AND tc2.time=tc1.time AND tc2.field='comment' \
               WHERE tc1.ticket=? ORDER BY tc1.time DESC LIMIT ? OFFSET ?";
    let limit: i64 = if offset == 0 { 1 } else { 1000 };
    let rows = connection.query(sql, &[id.into(), limit.into(), offset.into()])?;
    rows.iter()
        .map(|row| Ok(comment_number(&row.get::<String>(1)?)))
        .collect()
}

/// A reply has the number of what it answers in front: `3.7`.
fn comment_number(stored: &str) -> Option<i64> {
    parse_int(stored.rsplit('.').next().unwrap_or_default())
}

fn changed_names(ticket: &Ticket) -> impl Iterator<Item = &str> {
    ticket.old_values().keys().map(FieldName::as_str)
}

fn current(ticket: &Ticket, name: &str) -> Result<SqlValue> {
    to_sql(
        ticket.fields(),
        name,
        ticket.get(name).unwrap_or(&FieldValue::Null),
    )
}
