//! Removing tickets.

use super::model::{Ticket, TicketId};
use super::read::fetch;
use crate::actor::Actor;
use crate::attachment::{self, FileChanges};
use crate::error::Result;
use crate::notification;

/// Removes a ticket with its changes and its attachments. As Trac does, it
/// tells of the attachments that go, and not of the ticket.
///
/// # Errors
/// `NotFound`; `Forbidden` without `TICKET_ADMIN`; a database that fails.
pub fn delete(actor: &Actor, id: TicketId) -> Result<()> {
    let ticket = fetch(actor.env(), id)?;
    actor.require("TICKET_ADMIN", &ticket.resource())?;
    remove(actor, &ticket, id)
}

/// Removes a ticket in the name of a user, whatever they may do.
///
/// # Errors
/// A database that fails.
pub fn remove(actor: &Actor, ticket: &Ticket, id: TicketId) -> Result<()> {
    let attachments = attachment::select(actor.env(), &ticket.resource())?;
    let letters = notification::farewell(actor, ticket, &attachments);
    let mut files = FileChanges::new(actor.env());
    actor.env().db().write(|connection| {
        connection.execute("DELETE FROM ticket WHERE id=?", &[id.get().into()])?;
        connection.execute(
            "DELETE FROM ticket_change WHERE ticket=?",
            &[id.get().into()],
        )?;
        connection.execute(
            "DELETE FROM ticket_custom WHERE ticket=?",
            &[id.get().into()],
        )?;
        attachment::delete_all(connection, &mut files, &ticket.resource())
    })?;
    files.finish();
    for letter in letters {
        letter.post(actor.env());
    }
    Ok(())
}
