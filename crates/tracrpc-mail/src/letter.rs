//! A mail that is ready to be sent.

use super::message::Mail;

/// A mail with the number of the ticket that it is about.
pub(super) struct Letter {
    pub(super) ticket: i64,
    pub(super) mail: Mail,
}

impl Letter {
    /// How much it takes while it waits.
    pub(super) fn bytes(&self) -> usize {
        self.mail.bytes.len()
    }
}
