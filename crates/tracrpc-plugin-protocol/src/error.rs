//! Why something could not be read or written, from the bytes up to the members.

use std::fmt;
use std::io;

/// Why no further frame can be read. The connection is of no use then.
#[derive(Debug)]
#[non_exhaustive]
pub enum FrameError {
    /// The bytes could not be had.
    Io(io::Error),
    /// They ended within a message.
    Cut,
    /// A line, or it and its blobs, has more than so many bytes.
    TooLarge {
        /// The most that is read.
        limit: usize,
    },
    /// A line begins as an object of JSON and is none.
    Malformed {
        /// What the reader of JSON says.
        detail: String,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot read: {error}"),
            Self::Cut => f.write_str("it ends within a message"),
            Self::TooLarge { limit } => write!(f, "a message has more than {limit} bytes"),
            Self::Malformed { detail } => write!(f, "a line is no object of JSON: {detail}"),
        }
    }
}

impl std::error::Error for FrameError {}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Cut,
            _ => Self::Io(error),
        }
    }
}

/// Why a value cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError(pub(crate) String);

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ValueError {}

/// Why a frame is no message that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// It is no object of JSON, or none in UTF-8. The connection is of no use then.
    Malformed {
        /// What the reader of JSON says.
        detail: String,
    },
    /// A request that makes no sense. It is to be answered by an error.
    Request {
        /// The request's number.
        id: i64,
        /// What is wrong with it.
        detail: String,
    },
    /// An answer that makes no sense. Who waits for it is to be told.
    Answer {
        /// The number of the request.
        id: i64,
        /// What is wrong with it.
        detail: String,
    },
    /// Something else that nobody waits for.
    Other {
        /// What is wrong with it.
        detail: String,
    },
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { detail } => write!(f, "a line is no object of JSON: {detail}"),
            Self::Request { id, detail } => write!(f, "request {id} makes no sense: {detail}"),
            Self::Answer { id, detail } => {
                write!(f, "the answer to request {id} makes no sense: {detail}")
            }
            Self::Other { detail } => write!(f, "a message makes no sense: {detail}"),
        }
    }
}

impl std::error::Error for MessageError {}

/// A member of a message that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The way to the member, such as `methods[2].name`, if it is not the whole.
    path: String,
    detail: String,
}

impl Mismatch {
    /// The whole value is not what it should be.
    pub fn new(detail: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            detail: detail.into(),
        }
    }

    /// The same of what the member `name` of something larger is.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        let separator = match self.path.as_bytes() {
            [] | [b'[', ..] => "",
            _ => ".",
        };
        self.path = format!("{name}{separator}{}", self.path);
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.detail),
            path => write!(f, "`{path}`: {}", self.detail),
        }
    }
}

impl std::error::Error for Mismatch {}
