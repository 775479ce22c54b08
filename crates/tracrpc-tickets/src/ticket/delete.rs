//! Removing tickets.

use tracrpc_env::{Actor, Result};
use tracrpc_pages::attachment::{self, FileChanges};

use super::event::{TicketEvent, TicketEventKind};
use super::model::{Ticket, TicketId};
use super::read::fetch;

/// Removes a ticket with its changes and its attachments.
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
    let env = actor.env();
    let gone = attachment::expect_to_go(env, actor.base_url(), &ticket.resource())?;
    let mut files = FileChanges::new(env);
    env.db().write(|connection| {
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
    for attachment in gone {
        env.tell_expected(attachment);
    }
    env.tell(TicketEvent {
        ticket: ticket.clone(),
        kind: TicketEventKind::Deleted,
        author: actor.authname().to_owned(),
        sender: actor.authname().to_owned(),
        time: None,
        notify: false,
        base_url: actor.base_url().to_owned(),
    });
    Ok(())
}
