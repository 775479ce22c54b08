//! What happens to tickets, for those who want to know.

use tracrpc_env::time::Timestamp;

use super::model::Ticket;
use super::name::FieldName;
use super::value::FieldValue;

/// Something that happened to a ticket: what `ITicketChangeListener` of
/// `trac/ticket/api.py` is told.
#[derive(Clone, Debug)]
pub struct TicketEvent {
    /// The ticket as it was then.
    pub ticket: Ticket,
    /// What happened.
    pub kind: TicketEventKind,
    /// Who did it, in Trac's terms: the reporter of a new ticket.
    pub author: String,
    /// Who asked for it. Mail is sent in this name with `[notification]
    /// smtp_from_author`: nobody sends mail in the name of somebody else by naming
    /// him as the reporter.
    pub sender: String,
    /// When it happened, in Trac's terms: the time that the change carries.
    /// None where Trac knows none.
    pub time: Option<Timestamp>,
    /// Whether the one who asked for it wants people to be told by mail.
    pub notify: bool,
    /// Where the environment was reached, for links; empty for administrators.
    pub base_url: String,
}

/// What can happen to a ticket.
#[derive(Clone, Debug, PartialEq)]
pub enum TicketEventKind {
    /// It was made.
    Created,
    /// It was changed or commented.
    Changed {
        /// The comment, empty if there is none.
        comment: String,
        /// The fields that were changed, with what they were before.
        old_values: Vec<(FieldName, FieldValue)>,
    },
    /// The comment of that number was taken away, with what was changed with it.
    CommentDeleted(i64),
    /// It is gone.
    Deleted,
}
