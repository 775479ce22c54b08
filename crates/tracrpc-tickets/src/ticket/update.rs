//! Changing tickets.

use std::sync::Arc;

use tracrpc_db::Connection;
use tracrpc_env::time::{Timestamp, now};
use tracrpc_env::{Actor, Error, ErrorKind, Result};

use super::definitions::{Definitions, definitions};
use super::event::{TicketEvent, TicketEventKind};
use super::input::TicketInput;
use super::manipulator::TicketManipulator;
use super::model::{Ticket, TicketId};
use super::name::{ActionName, FieldName};
use super::save::{Change, save};
use super::validate::collision;
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
    let waits = waits(actor, definitions, update)?;
    let mut attempts = 1..ATTEMPTS;
    loop {
        let result = match waits {
            true => store_after_asking(actor, definitions, id, update),
            false => store_at_once(actor, definitions, id, update),
        };
        match result {
            Err(error) if error.kind() == ErrorKind::Conflict && attempts.next().is_some() => {}
            result => return result,
        }
    }
}

/// Whether somebody has a say who may take long to answer, such as another program.
fn waits(actor: &Actor, definitions: &Definitions, update: &Update) -> Result<bool> {
    let extensions = actor.env().extensions();
    let mut manipulators = extensions.of::<dyn TicketManipulator>().iter();
    let mut controllers = definitions.controllers().iter();
    let in_action = update.input.action.is_some()
        && (manipulators.any(|manipulator| manipulator.waits())
            || controllers.any(|controller| controller.waits()));
    Ok(in_action || actor.waits_for_decisions()?)
}

/// What is read stays true until it is stored.
fn store_at_once(
    actor: &Actor,
    definitions: &Arc<Definitions>,
    id: TicketId,
    update: &Update,
) -> Result<Stored> {
    actor.env().db().write(|connection| {
        let ticket = Ticket::fetch(connection, definitions, id)?;
        let prepared = prepare(actor, ticket, update)?;
        prepared.store(connection, update)
    })
}

/// While others are asked nobody is kept from writing. The ticket is only stored if it
/// still is as it was when they were.
fn store_after_asking(
    actor: &Actor,
    definitions: &Arc<Definitions>,
    id: TicketId,
    update: &Update,
) -> Result<Stored> {
    let db = actor.env().db();
    let asked = db.read(|connection| Ticket::fetch(connection, definitions, id))?;
    let prepared = prepare(actor, asked.clone(), update)?;
    db.write(|connection| {
        let current = Ticket::fetch(connection, definitions, id)?;
        match current.is_stored_as(&asked) {
            true => prepared.store(connection, update),
            false => Err(Error::conflict(collision())),
        }
    })
}

/// A ticket in memory as it is to be stored.
struct Prepared {
    ticket: Ticket,
    action: Option<ActionName>,
    author: String,
    /// The moment that the caller has chosen.
    when: Option<Timestamp>,
}

fn prepare(actor: &Actor, mut ticket: Ticket, update: &Update) -> Result<Prepared> {
    let (author, when) = sign(actor, &ticket, update)?;
    let action = match &update.input.action {
        Some(action) => Some(with_action::prepare(actor, &mut ticket, update, action)?),
        None => {
            prepare_without_action(actor, &mut ticket, &update.input)?;
            None
        }
    };
    Ok(Prepared {
        ticket,
        action,
        author,
        when,
    })
}

impl Prepared {
    /// Stores it within a transaction.
    fn store(mut self, connection: &mut Connection, update: &Update) -> Result<Stored> {
        let signature = Signature {
            author: self.author,
            when: self.when.unwrap_or_else(now),
        };
        let change = Change {
            author: Some(&signature.author),
            comment: update.comment.as_deref(),
            when: signature.when,
        };
        let old_values = self.ticket.old_values().clone().into_iter().collect();
        save(connection, &mut self.ticket, &change)?;
        Ok(Stored {
            ticket: self.ticket,
            action: self.action,
            signature,
            old_values,
        })
    }
}

/// Who makes the change, and the moment that was chosen for it.
fn sign(actor: &Actor, ticket: &Ticket, update: &Update) -> Result<(String, Option<Timestamp>)> {
    let author = update.author.as_deref().filter(|author| !author.is_empty());
    let is_admin = || actor.can("TICKET_ADMIN", &ticket.resource());
    let author = match author {
        Some(author) if actor.is_anonymous() || is_admin()? => author,
        _ => actor.authname(),
    };
    let when = match &update.when {
        when if when.is_truthy() && is_admin()? => Some(when.to_time("when")?),
        _ => None,
    };
    Ok((author.to_owned(), when))
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
