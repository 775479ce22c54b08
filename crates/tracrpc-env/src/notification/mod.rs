//! Telling people about changes.

use jiff::Timestamp;

use crate::environment::Environment;

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
pub fn ticket_event(env: &Environment, event: TicketEvent) {
    tracing::debug!(
        env.path = %env.path().display(),
        ticket.id = event.ticket,
        event.kind = ?event.kind,
        "ticket event"
    );
}
