//! Telling people about changes: who wants to know what, and the mail to them.
//!
//! The rules are those of Trac 1.6: `[notification]`, `[notification-subscriber]` and the table
//! `notify_subscription`. Mail is made and sent outside of the call that causes it.

mod address;
mod author;
mod body;
mod change;
mod layout;
mod message;
mod queue;
mod recipient;
mod subject;
mod subscriber;
mod transport;

use std::time::Duration;

use jiff::Timestamp;

use crate::actor::Actor;
use crate::environment::Environment;
use crate::error::Result;
use crate::ticket::{self, GivenValue, TicketId};

pub(crate) use queue::Outbox;

/// Something that happened to a ticket and that people may want to know.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketEvent {
    /// The number of the ticket.
    pub ticket: i64,
    /// What happened.
    pub kind: TicketEventKind,
    /// Who did it.
    pub author: String,
    /// The comment of a change.
    pub comment: Option<String>,
    /// When it happened, in Trac's terms: the time that the change carries.
    pub time: Timestamp,
}

/// What can happen to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketEventKind {
    /// It was made.
    Created,
    /// It was changed or commented.
    Changed,
}

/// Takes note of an event. Never fails and never waits: whoever changes a
/// ticket is not held up by those who are told about it.
pub fn ticket_event(actor: &Actor, event: TicketEvent) {
    let env = actor.env();
    match env.config().notification() {
        Ok(section) if section.smtp_enabled => {
            env.outbox().put(env.clone(), base_url(actor), event);
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, ticket.id = event.ticket, "no mail is sent"),
    }
}

/// Waits until all mail of an environment is sent or given up, at most for
/// `patience`. Whether nothing is left.
pub fn finish(env: &Environment, patience: Duration) -> bool {
    env.outbox().finish(patience)
}

/// Where links in mail lead: to `[trac] base_url`, else to where the actor came from.
fn base_url(actor: &Actor) -> String {
    match actor.env().config().trac() {
        Ok(trac) if !trac.base_url.is_empty() => trac.base_url.trim_end_matches('/').to_owned(),
        _ => actor.base_url().to_owned(),
    }
}

/// Makes the mail about an event and hands it to the mail server.
///
/// # Errors
/// What cannot be read, configured or sent.
fn deliver(env: &Environment, base_url: &str, event: &TicketEvent) -> Result<()> {
    let config = env.config();
    let ticket = ticket::fetch(env, TicketId::from_given(&GivenValue::Int(event.ticket))?)?;
    let change = change::Change::read(env, event)?;
    let matcher = address::Matcher::new(env, &config)?;
    let subscriptions = subscriber::subscriptions(env, &matcher, event, &ticket, &change)?;
    let recipients = recipient::recipients(env, &matcher, subscriptions)?;
    if recipients.is_empty() {
        return Ok(());
    }
    let story = message::Story {
        env,
        config: &config,
        base_url,
        event,
        ticket: &ticket,
        change: &change,
        matcher: &matcher,
    };
    let mail = message::compose(&story, &recipients)?;
    transport::send(&config, &mail)
}
