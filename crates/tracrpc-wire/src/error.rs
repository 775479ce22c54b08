//! Why bytes could not be read.

use std::fmt;

/// What a decoder found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    offset: Option<u64>,
}

impl Error {
    /// An error that has no place, or names it in its message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Error {
            message: message.into(),
            offset: None,
        }
    }

    /// The same error at a byte of the text, unless it has a place already.
    pub(crate) fn at(mut self, offset: u64) -> Self {
        self.offset.get_or_insert(offset);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            None => f.write_str(&self.message),
            Some(offset) => write!(f, "{} at byte {offset}", self.message),
        }
    }
}

impl std::error::Error for Error {}
