//! What can go wrong with a database, sorted by what a caller can do about it.

use std::fmt;

/// An error of a database, with its kind, its text and the driver's own words.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of errors, whatever the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A row with the same key exists.
    Unique,
    /// Another process held a lock for longer than the timeout, or no
    /// connection became free in time.
    Locked,
    /// The database cannot be written: a file or a transaction is read-only.
    ReadOnly,
    /// The disk, or the quota, is full.
    Full,
    /// The file is damaged, or is no database at all.
    Corrupt,
    /// There is no such database, or it cannot be opened.
    Missing,
    /// A database exists where one was to be made.
    Exists,
    /// The server cannot be reached, refused the login, or went away.
    Connection,
    /// A table or column does not exist: not a database of Trac 1.6.
    Schema,
    /// A value that the column or the database cannot hold.
    Value,
    /// The connection string makes no sense.
    Url,
    /// Nobody wants the result any more: the time of the request is up, or its client has
    /// gone. Nothing was changed.
    Cancelled,
    /// Anything else.
    Other,
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// What sort of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
