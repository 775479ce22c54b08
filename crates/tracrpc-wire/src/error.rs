//! Why bytes could not be read.

use std::fmt;

/// What a decoder found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    place: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Bytes from the start.
    Offset(u64),
    /// Counted from 1.
    Line { line: usize, column: usize },
}

impl Error {
    /// An error that has no place.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Error {
            message: message.into(),
            place: None,
        }
    }

    /// The same error at a byte of the text.
    pub(crate) fn at_offset(mut self, offset: u64) -> Self {
        self.place.get_or_insert(Place::Offset(offset));
        self
    }

    /// The same error at a line and column, both counted from 1.
    pub(crate) fn at_line(mut self, line: usize, column: usize) -> Self {
        self.place.get_or_insert(Place::Line { line, column });
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.place {
            None => Ok(()),
            Some(Place::Offset(offset)) => write!(f, " at byte {offset}"),
            Some(Place::Line { line, column }) => write!(f, " at line {line} column {column}"),
        }
    }
}

impl std::error::Error for Error {}
