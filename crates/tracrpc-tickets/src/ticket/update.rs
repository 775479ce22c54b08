//! Changing tickets.

use std::sync::Arc;

use tracrpc_db::Connection;
use tracrpc_env::time::{Timestamp, now};
use tracrpc_env::{Actor, Error, ErrorKind, Result};

use super::definitions::{Definitions, definitions};
use super::event::{TicketEvent, TicketEventKind};
use super::input::TicketInput;
use super::model::{Ticket, TicketId};
use super::name::{ActionName, FieldName};
use super::save::{Change, save};
use super::value::{FieldValue, GivenValue};
use super::with_action;
use super::workflow::ActionUser;

/// What is to be done to a ticket.
#[derive(Clone, Debug)]
pub struct Update {
    /// The comment, none for a caller that gave none at all.
    pub comment: Option<String>,
    /// Values of fields, and what the workflow shall do.
    pub input: TicketInput,
    /// Whether to tell those who want to know.
    pub notify: bool,
    /// Who makes the change, if it is not the actor. Only counts for those who
    /// have `TICKET_ADMIN`, and for anonymous ones.
    pub author: Option<String>,
    /// When it is made, if it is not now. Only counts for those who have
    /// `TICKET_ADMIN`.
    pub when: GivenValue,
}

/// How often an update is tried when others change the ticket meanwhile.
const ATTEMPTS: usize = 5;

/// Changes a ticket and returns it as it is then.
///
/// With an `action`, the workflow decides what is done and everything is
/// validated. Without, every value is stored as it is given, which needs
/// `TICKET_MODIFY`. Either everything is stored or nothing.
///
/// # Errors
/// `NotFound`; `Forbidden`; `Invalid` for a collision, an action that is not
/// there or values that are refused, in Trac's words; `Conflict` if others keep
/// changing the ticket; or a database that fails.
pub fn update(actor: &Actor, id: TicketId, update: &Update) -> Result<Ticket> {
    let definitions = definitions(actor.env())?;
    let done = store(actor, &definitions, id, update)?;
    if let Some(action) = &done.action {
        let user = ActionUser::of_update(actor, &update.input);
        for controller in definitions.controllers() {
            controller.side_effects(&user, &done.ticket, action);
        }
    }
    actor.env().tell(TicketEvent {
        ticket: done.ticket,
        kind: TicketEventKind::Changed {
            comment: update.comment.clone().unwrap_or_default(),
            old_values: done.old_values,
        },
        sender: done.signature.author.clone(),
        author: done.signature.author,
        time: Some(done.signature.when),
        notify: update.notify,
        base_url: actor.base_url().to_owned(),
    });
    super::get(actor, id)
}

/// What has been stored.
struct Stored {
    ticket: Ticket,
    /// The action that was taken, if one was asked for.
    action: Option<ActionName>,
    signature: Signature,
    old_values: Vec<(FieldName, FieldValue)>,
}

/// Who made a change, and when.
struct Signature {
    author: String,
    when: Timestamp,
}

fn store(
    actor: &Actor,
    definitions: &Arc<Definitions>,
    id: TicketId,
    update: &Update,
) -> Result<Stored> {
    let mut attempts = 1..ATTEMPTS;
    loop {
        let result = actor
            .env()
            .db()
            .write(|connection| store_once(connection, actor, definitions, id, update));
        match result {
            Err(error) if error.kind() == ErrorKind::Conflict && attempts.next().is_some() => {}
            result => return result,
        }
    }
}

fn store_once(
    connection: &mut Connection,
    actor: &Actor,
    definitions: &Arc<Definitions>,
    id: TicketId,
    update: &Update,
) -> Result<Stored> {
    let mut ticket = Ticket::fetch(connection, definitions, id)?;
    let signature = sign(actor, &ticket, update)?;
    let action = match &update.input.action {
        Some(action) => Some(with_action::prepare(actor, &mut ticket, update, action)?),
        None => {
            prepare_without_action(actor, &mut ticket, &update.input)?;
            None
        }
    };
    let change = Change {
        author: Some(&signature.author),
        comment: update.comment.as_deref(),
        when: signature.when,
    };
    let old_values = ticket.old_values().clone().into_iter().collect();
    save(connection, &mut ticket, &change)?;
    Ok(Stored {
        ticket,
        action,
        signature,
        old_values,
    })
}

fn sign(actor: &Actor, ticket: &Ticket, update: &Update) -> Result<Signature> {
    let author = update.author.as_deref().filter(|author| !author.is_empty());
    let is_admin = || actor.can("TICKET_ADMIN", &ticket.resource());
    let author = match author {
        Some(author) if actor.is_anonymous() || is_admin()? => author,
        _ => actor.authname(),
    };
    let when = match &update.when {
        when if when.is_truthy() && is_admin()? => when.to_time("when")?,
        _ => now(),
    };
    Ok(Signature {
        author: author.to_owned(),
        when,
    })
}

fn prepare_without_action(actor: &Actor, ticket: &mut Ticket, input: &TicketInput) -> Result<()> {
    actor.require("TICKET_MODIFY", &ticket.resource())?;
    let seen = input.token.as_ref().filter(|seen| seen.is_truthy());
    if seen.is_some_and(|seen| seen.display() != ticket.changetime().to_string()) {
        return Err(Error::invalid("Ticket has been updated since last get()."));
    }
    for (name, value) in input.values() {
        ticket.set(name, value.clone())?;
    }
    Ok(())
}
