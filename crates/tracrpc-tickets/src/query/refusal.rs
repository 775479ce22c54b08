//! Why a query is refused.

use std::error::Error as StdError;
use std::fmt;

use tracrpc_env::Error;
use tracrpc_translation::Message;

/// Why a query is refused, as far as Trac's exceptions tell it apart: what an error of
/// the kind `Invalid` comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The value of a constraint is none: `trac/ticket/query.py: QueryValueError`.
    Value,
    /// The number of a page, or its length, is none, or there is no such page: a plain
    /// `TracError`.
    Page,
}

impl Refusal {
    /// The error for it.
    pub(super) fn error(self, message: impl Into<Message>) -> Error {
        Error::invalid(message).caused_by(self)
    }

    /// Why a query was refused with `error`; none for what is wrong with its syntax.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        error.source()?.downcast_ref().copied()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "a value that is none",
            Self::Page => "a page that is none",
        })
    }
}

impl StdError for Refusal {}
