//! Moving tickets to another milestone, all at once.

use tracrpc_db::Connection;
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Environment, Result};

use super::definitions::definitions;
use super::event::{TicketEvent, TicketEventKind};
use super::model::{Ticket, TicketId};
use super::save::{Change, save};
use super::value::GivenValue;

/// What is noted in the history of each ticket.
pub(crate) struct LogNote<'a> {
    /// Who did it, if that is known.
    pub(crate) author: Option<&'a str>,
    /// The comment.
    pub(crate) comment: &'a str,
    /// When it was done.
    pub(crate) when: Timestamp,
}

/// Moves all tickets of milestone `from` to `to`, within a transaction of the
/// caller, who tells of it after the commit.
///
/// # Errors
/// A database that fails.
pub(crate) fn retarget(
    env: &Environment,
    connection: &mut Connection,
    from: &str,
    to: &str,
    note: &LogNote<'_>,
) -> Result<Vec<TicketEvent>> {
    let rows = connection.query("SELECT id FROM ticket WHERE milestone=?", &[from.into()])?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut events = Vec::with_capacity(rows.len());
    let definitions = definitions(env)?;
    for row in rows {
        let id = TicketId::from_given(&GivenValue::Int(row.get(0)?))?;
        let mut ticket = Ticket::fetch(connection, &definitions, id)?;
        ticket.set("milestone", GivenValue::Text(to.to_owned()))?;
        let change = Change {
            author: note.author,
            comment: Some(note.comment),
            when: note.when,
        };
        let old_values = ticket.old_values().clone().into_iter().collect();
        save(connection, &mut ticket, &change)?;
        events.push(TicketEvent {
            ticket,
            kind: TicketEventKind::Changed {
                comment: note.comment.to_owned(),
                old_values,
            },
            author: note.author.unwrap_or_default().to_owned(),
            sender: note.author.unwrap_or_default().to_owned(),
            time: Some(note.when),
            notify: false,
            base_url: String::new(),
        });
    }
    Ok(events)
}
