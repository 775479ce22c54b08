//! Looking at tickets.

use tracrpc_env::time::Timestamp;
use tracrpc_env::{Actor, Environment, Resource, Result};

use super::definitions::definitions;
use super::model::{Ticket, TicketId};
use super::name::ActionName;
use super::workflow::{self, ActionUser, OfferedAction};

/// A ticket.
///
/// # Errors
/// `NotFound`; `Forbidden` without `TICKET_VIEW`; a database that fails.
pub fn get(actor: &Actor, id: TicketId) -> Result<Ticket> {
    let ticket = fetch(actor.env(), id)?;
    actor.require("TICKET_VIEW", &ticket.resource())?;
    Ok(ticket)
}

/// A ticket, whoever asks.
///
/// # Errors
/// `NotFound`; a database that fails.
pub fn fetch(env: &Environment, id: TicketId) -> Result<Ticket> {
    let definitions = definitions(env)?;
    env.db()
        .read(|connection| Ticket::fetch(connection, &definitions, id))
}

/// The numbers of the tickets that were changed at a moment or since, as far
/// as the actor may see them.
///
/// # Errors
/// A database that fails.
pub fn recent_changes(actor: &Actor, since: Timestamp) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM ticket WHERE changetime >= ? ORDER BY id";
    let since = since.as_microsecond().into();
    let rows = actor
        .env()
        .db()
        .read(|connection| connection.query(sql, &[since]))?;
    let ids = rows
        .iter()
        .map(|row| row.get(0))
        .collect::<Result<Vec<i64>, _>>()?;
    actor.filter("TICKET_VIEW", ids, |id| Resource::ticket(*id))
}

/// The names of the actions that the actor may take on a ticket. No
/// permission is needed to ask.
///
/// # Errors
/// `NotFound`; a database that fails.
pub fn available_actions(actor: &Actor, id: TicketId) -> Result<Vec<ActionName>> {
    let names = actions(actor, id)?.into_iter().map(|action| action.name);
    Ok(names.collect())
}

/// The actions that the actor may take on a ticket, with what they ask for.
/// No permission is needed to ask.
///
/// # Errors
/// `NotFound`; a workflow that cannot work; a database that fails.
pub fn actions(actor: &Actor, id: TicketId) -> Result<Vec<OfferedAction>> {
    let ticket = fetch(actor.env(), id)?;
    workflow::offered_actions(&ActionUser::of_call(actor), &ticket)
}
