//! Why the body of a request was not taken.

use std::{fmt, io};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::pages;

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is larger than allowed.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It ended before its end, or its parts are malformed.
    Broken,
    /// It is compressed in a way that is not known.
    UnknownCoding,
    /// Other requests use the memory that it needs.
    Busy,
}

impl Refused {
    /// Why something that was read of a body could not be.
    pub(crate) fn of(error: &io::Error) -> Self {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        inner.copied().unwrap_or(Self::Broken)
    }

    /// The answer that says so. The connection cannot be used any further.
    pub(crate) fn response(self) -> Response {
        let mut response = match self {
            Self::TooLarge => pages::plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request is larger than the server allows.",
            ),
            Self::TooSlow => pages::plain(
                StatusCode::REQUEST_TIMEOUT,
                "The request did not arrive in time.",
            ),
            Self::Broken => pages::plain(StatusCode::BAD_REQUEST, "The request is incomplete."),
            Self::UnknownCoding => pages::unknown_coding(),
            Self::Busy => pages::busy(),
        };
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
        response
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the body is too large",
            Self::TooSlow => "the body did not arrive in time",
            Self::Broken => "the body is incomplete",
            Self::UnknownCoding => "the coding of the body is not known",
            Self::Busy => "there is no memory for the body",
        })
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        let kind = match refused {
            Refused::TooLarge => io::ErrorKind::FileTooLarge,
            Refused::TooSlow => io::ErrorKind::TimedOut,
            Refused::Broken => io::ErrorKind::UnexpectedEof,
            Refused::UnknownCoding => io::ErrorKind::Unsupported,
            Refused::Busy => io::ErrorKind::OutOfMemory,
        };
        Self::new(kind, refused)
    }
}
