//! Who else has a say in what tickets may be.

use tracrpc_env::{Actor, Result};

use super::model::Ticket;
use super::name::FieldName;

/// An extension that is asked before a ticket is stored that was submitted with an
/// action: `trac/ticket/api.py: ITicketManipulator`.
pub trait TicketManipulator: Send + Sync {
    /// What is wrong with the ticket, whose values it may change, and with the comment
    /// that is to go with it, empty for none. Anything wrong keeps the ticket from being
    /// stored. If others change the ticket meanwhile it is asked again.
    ///
    /// # Errors
    /// What keeps it from answering; the ticket is not stored then.
    fn validate(
        &self,
        actor: &Actor,
        ticket: &mut Ticket,
        comment: &str,
    ) -> Result<Vec<TicketProblem>>;

    /// Whether the answer may take long, as that of another program does. It is asked
    /// before the turn to write is taken then.
    fn waits(&self) -> bool {
        false
    }
}

/// Something that is wrong with a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketProblem {
    /// The field that it is about; none for the ticket as a whole.
    pub field: Option<FieldName>,
    /// What is wrong, as text.
    pub message: String,
}
