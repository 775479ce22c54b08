//! Sorts SQLite's errors.

use rusqlite::ffi::{self, ErrorCode};

use crate::{Error, ErrorKind};

/// The error of this crate for one of the driver.
pub(crate) fn translate(error: rusqlite::Error) -> Error {
    Error::new(kind(&error), text(&error)).with_source(error)
}

fn kind(error: &rusqlite::Error) -> ErrorKind {
    match error {
        rusqlite::Error::SqliteFailure(cause, message) => {
            failure_kind(*cause, message.as_deref().unwrap_or_default())
        }
        rusqlite::Error::SqlInputError { error, msg, .. } => failure_kind(*error, msg),
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::NulError(_)
        | rusqlite::Error::ToSqlConversionFailure(_)
        | rusqlite::Error::Utf8Error(..) => ErrorKind::Value,
        _ => ErrorKind::Other,
    }
}

fn failure_kind(cause: ffi::Error, message: &str) -> ErrorKind {
    match cause.code {
        ErrorCode::ConstraintViolation => match cause.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => ErrorKind::Unique,
            _ => ErrorKind::Value,
        },
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::FileLockingProtocolFailed => ErrorKind::Locked,
        ErrorCode::OperationInterrupted => ErrorKind::Cancelled,
        ErrorCode::ReadOnly => ErrorKind::ReadOnly,
        ErrorCode::DiskFull => ErrorKind::Full,
        // SQLite has a code of its own for a full disk only: a quota and a limit
        // of the file's size make the write fail.
        ErrorCode::SystemIoFailure if is_write(cause.extended_code) => ErrorKind::Full,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => ErrorKind::Corrupt,
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied => ErrorKind::Missing,
        ErrorCode::TypeMismatch | ErrorCode::TooBig => ErrorKind::Value,
        _ if message.starts_with("no such table") || message.starts_with("no such column") => {
            ErrorKind::Schema
        }
        _ => ErrorKind::Other,
    }
}

fn is_write(extended_code: i32) -> bool {
    matches!(
        extended_code,
        ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE
    )
}

fn text(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        error => error.to_string(),
    }
}
