//! The one error type of this crate.

use std::error::Error as StdError;
use std::fmt;
use std::io::ErrorKind as IoErrorKind;
use std::sync::Arc;

use tracrpc_db::ErrorKind as DbErrorKind;
use tracrpc_translation::{Catalog, Message, message, own_message};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in words that do not depend on who asked or how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The resource does not exist.
    NotFound,
    /// The user lacks a permission.
    Forbidden,
    /// A value that the caller gave is refused.
    Invalid,
    /// The resource exists already, or was changed by somebody else.
    Conflict,
    /// An option that was needed has a value that is none, or names what is not there.
    Setting,
    /// The environment or its `trac.ini` is not usable as it is.
    Config,
    /// The database or the file system failed.
    Storage,
    /// The time of the request is up, or its client has gone.
    Cancelled,
}

/// A failure of an operation on an environment.
///
/// Its text is meant for the user. Texts of Trac are kept to the letter,
/// because clients match them.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    details: Box<Details>,
}

#[derive(Clone, Debug)]
struct Details {
    message: Message,
    english: String,
    title: Option<Message>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// The resource that `message` names does not exist.
    #[must_use]
    pub fn not_found(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// The user may not do what `message` says.
    #[must_use]
    pub fn forbidden(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Forbidden, message).with_title(message!("Forbidden"))
    }

    /// A value that the caller gave is refused.
    #[must_use]
    pub fn invalid(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// The resource exists already, or was changed by somebody else.
    #[must_use]
    pub fn conflict(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// An option that was needed cannot be used; `message` names its section and
    /// its name in Trac's words, and nothing that is a secret.
    #[must_use]
    pub fn setting(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Setting, message).with_title(message!("Configuration Error"))
    }

    /// The environment or its configuration is not usable as it is.
    #[must_use]
    pub fn config(message: impl Into<Message>) -> Self {
        Self::new(ErrorKind::Config, message).with_title(message!("Configuration Error"))
    }

    /// The database or the file system failed; `source` says how.
    #[must_use]
    pub fn storage(
        message: impl Into<Message>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let mut error = Self::new(ErrorKind::Storage, message);
        error.details.source = Some(Arc::from(source.into()));
        error
    }

    /// Tells by a type what the error comes from, for who has to tell such errors apart.
    #[must_use]
    pub fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.details.source = Some(Arc::new(source));
        self
    }

    /// Gives the error another heading than `Trac Error`.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<Message>) -> Self {
        self.details.title = Some(title.into());
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The text, in English.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.details.english
    }

    /// The text for a user.
    #[must_use]
    pub fn message_in(&self, catalog: &Catalog) -> String {
        self.details.message.in_language(catalog)
    }

    /// The text before it is known in which language.
    #[must_use]
    pub fn into_message(self) -> Message {
        self.details.message
    }

    /// The heading, where it is not `Trac Error`.
    #[must_use]
    pub fn title(&self) -> Option<&Message> {
        self.details.title.as_ref()
    }

    /// Whether the database is held by another program.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        let source = self.details.source.as_deref();
        let database = source.and_then(|source| source.downcast_ref::<tracrpc_db::Error>());
        database.is_some_and(|error| error.kind() == DbErrorKind::Locked)
    }

    /// What users may know of a failure of the database or the file system,
    /// which is less than the message tells.
    #[must_use]
    pub fn storage_reason(&self) -> Message {
        let source = self.details.source.as_deref();
        let database = source.and_then(|source| source.downcast_ref::<tracrpc_db::Error>());
        let file = source.and_then(|source| source.downcast_ref::<std::io::Error>());
        match (
            database.map(tracrpc_db::Error::kind),
            file.map(std::io::Error::kind),
        ) {
            (Some(DbErrorKind::Locked), _) => {
                own_message!("The database is locked by another program; try again later.")
            }
            (Some(DbErrorKind::ReadOnly), _) => own_message!("The database is read-only."),
            (Some(DbErrorKind::Full), _) => own_message!("There is no room left for the database."),
            (Some(DbErrorKind::Corrupt), _) => own_message!("The database is damaged."),
            (Some(DbErrorKind::Missing | DbErrorKind::Connection), _) => {
                own_message!("The database cannot be reached.")
            }
            (Some(DbErrorKind::Value), _) => {
                own_message!("The database cannot hold one of the values.")
            }
            (
                _,
                Some(
                    IoErrorKind::StorageFull
                    | IoErrorKind::QuotaExceeded
                    | IoErrorKind::FileTooLarge,
                ),
            ) => own_message!("There is no room left for files."),
            (_, Some(IoErrorKind::PermissionDenied | IoErrorKind::ReadOnlyFilesystem)) => {
                own_message!("The server may not use a file that it needs.")
            }
            _ => own_message!("The environment cannot be used at the moment."),
        }
    }

    fn new(kind: ErrorKind, message: impl Into<Message>) -> Self {
        let message = message.into();
        let details = Details {
            english: message.to_string(),
            message,
            title: None,
            source: None,
        };
        Self {
            kind,
            details: Box::new(details),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.details.english)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.details
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<tracrpc_db::Error> for Error {
    fn from(error: tracrpc_db::Error) -> Self {
        match error.kind() {
            DbErrorKind::Cancelled => {
                let message = own_message!("The time for the request is up.");
                Self::new(ErrorKind::Cancelled, message).caused_by(error)
            }
            _ => Self::storage(error.to_string(), error),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::storage(error.to_string(), error)
    }
}
