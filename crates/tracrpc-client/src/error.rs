//! Why a call brought no result.

use std::error::Error as StdError;
use std::fmt;

use tracrpc_wire::RemoteFault;

/// What kind of failure it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The address is none that a call can go to.
    Address,
    /// No answer came: no connection, no name, a timeout.
    Transport,
    /// The server answered with an HTTP status other than 200.
    Status(u16),
    /// The answer could not be read.
    Answer,
    /// The method failed, and the server says why.
    Fault(RemoteFault),
}

/// A failed call.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            kind,
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// What kind of failure it was.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The fault, if the server sent one.
    pub fn fault(&self) -> Option<&RemoteFault> {
        match &self.kind {
            ErrorKind::Fault(fault) => Some(fault),
            _ => None,
        }
    }
}

impl From<RemoteFault> for Error {
    fn from(fault: RemoteFault) -> Self {
        let message = fault.to_string();
        Error::new(ErrorKind::Fault(fault), message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
