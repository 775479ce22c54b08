//! What happened to a ticket.

use tracrpc_db::Row;
use tracrpc_env::stored::Time;
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Actor, Result};

use super::definitions::definitions;
use super::field::Fields;
use super::model::{Ticket, TicketId};
use super::name::FieldName;
use super::value::FieldValue;

/// One line of a ticket's history.
#[derive(Clone, Debug, PartialEq)]
pub struct LogEntry {
    /// When it happened.
    pub time: Timestamp,
    /// Who did it, if that is known.
    pub author: Option<String>,
    /// The field, or `comment`, or `attachment`; none if the database has none.
    pub field: Option<FieldName>,
    /// What was there before; the number for a comment.
    pub old: FieldValue,
    /// What is there now.
    pub new: FieldValue,
    /// Whether it will stay; attachments can be removed again.
    pub permanent: bool,
}

/// The changes of a ticket, of one moment if `when` is given, ordered by time.
///
/// # Errors
/// `NotFound`; `Forbidden` without `TICKET_VIEW`; a database that fails.
pub fn change_log(actor: &Actor, id: TicketId, when: Option<Timestamp>) -> Result<Vec<LogEntry>> {
    let definitions = definitions(actor.env())?;
    let ticket = actor
        .env()
        .db()
        .read(|c| Ticket::fetch(c, &definitions, id))?;
    actor.require("TICKET_VIEW", &ticket.resource())?;
    // The epoch counts as no time at all.
    let when = when
        .map(Timestamp::as_microsecond)
        .filter(|micros| *micros != 0);
    let at = if when.is_some() { " AND time=?" } else { "" };
    let sql = format!(
        "SELECT time, author, field, oldvalue, newvalue, 1 AS permanent \
         FROM ticket_change WHERE ticket=?{at} \
         UNION SELECT time, author, 'attachment', null, filename, 0 AS permanent \
         FROM attachment WHERE type='ticket' AND id=?{at} \
         UNION SELECT time, author, 'comment', null, description, 0 AS permanent \
         FROM attachment WHERE type='ticket' AND id=?{at} \
         ORDER BY time, permanent, author, field"
    );
    let mut params = Vec::new();
    for key in [
        id.get().into(),
        id.get().to_string().into(),
        id.get().to_string().into(),
    ] {
        params.push(key);
        params.extend(when.map(Into::into));
    }
    let rows = actor
        .env()
        .db()
        .read(|connection| connection.query(&sql, &params))?;
    rows.iter()
        .map(|row| entry(row, definitions.fields()))
        .collect()
}

fn entry(row: &Row, fields: &Fields) -> Result<LogEntry> {
    let field: Option<String> = row.get(2)?;
    let is_time = field.as_deref().is_some_and(|field| fields.is_time(field));
    Ok(LogEntry {
        time: row.get::<Time>(0)?.moment()?,
        author: row.get(1)?,
        old: logged_value(row.get(3)?, is_time)?,
        new: logged_value(row.get(4)?, is_time)?,
        permanent: row.get(5)?,
        field: field.map(FieldName::from),
    })
}

/// What is empty, or no time where it should be one, is an empty text.
fn logged_value(text: Option<String>, is_time: bool) -> Result<FieldValue> {
    if is_time {
        let time = super::custom_time::read(text.as_deref())?;
        return Ok(if time.is_empty() { "".into() } else { time });
    }
    Ok(FieldValue::Text(text.unwrap_or_default()))
}
