//! What a client receives.

use std::fmt;

use crate::Value;

/// The answer to a call, as a client reads it.
pub type Reply = Result<Value, RemoteFault>;

/// A fault that a server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFault {
    /// The number, in the codes of the protocol that it came by.
    pub code: i64,
    /// The text.
    pub message: String,
}

impl fmt::Display for RemoteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (code {})", self.message, self.code)
    }
}

impl std::error::Error for RemoteFault {}
