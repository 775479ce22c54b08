//! Sorts PostgreSQL's errors by their SQLSTATE (PostgreSQL's manual, appendix A).

use std::error::Error as _;

use crate::{Error, ErrorKind};

/// The error of this crate for one of the driver.
pub(crate) fn translate(error: postgres::Error) -> Error {
    Error::new(kind(&error), text(&error)).with_source(error)
}

/// Whether the connection is gone, or is about to be.
pub(crate) fn is_disconnected(error: &postgres::Error) -> bool {
    error.is_closed() || kind(error) == ErrorKind::Connection
}

/// Whether another program held a lock for too long.
pub(crate) fn is_locked(error: &postgres::Error) -> bool {
    kind(error) == ErrorKind::Locked
}

/// Whether the tables were changed after a statement was prepared.
pub(crate) fn is_stale(error: &postgres::Error) -> bool {
    error
        .code()
        .is_some_and(|code| matches!(code.code(), "0A000" | "26000"))
}

fn kind(error: &postgres::Error) -> ErrorKind {
    let Some(state) = error.code() else {
        return kind_without_state(error);
    };
    match state.code() {
        "23505" => ErrorKind::Unique,
        "55P03" | "40P01" | "40001" | "57014" => ErrorKind::Locked,
        "25006" => ErrorKind::ReadOnly,
        "53100" => ErrorKind::Full,
        "XX001" | "XX002" => ErrorKind::Corrupt,
        "3D000" => ErrorKind::Missing,
        "57P01" | "57P02" | "57P03" | "53300" => ErrorKind::Connection,
        "42P01" | "42703" | "3F000" => ErrorKind::Schema,
        "42P06" | "42P07" => ErrorKind::Exists,
        "42804" | "54000" => ErrorKind::Value,
        code if code.starts_with("08") || code.starts_with("28") => ErrorKind::Connection,
        code if code.starts_with("22") || code.starts_with("23") => ErrorKind::Value,
        _ => ErrorKind::Other,
    }
}

/// Without a state the error is the driver's own: one of the network, or of
/// a value that it could not convert.
fn kind_without_state(error: &postgres::Error) -> ErrorKind {
    let is_network = error.is_closed()
        || error
            .source()
            .is_some_and(|source| source.is::<std::io::Error>())
        || error.to_string().starts_with("error connecting");
    if is_network {
        ErrorKind::Connection
    } else {
        ErrorKind::Other
    }
}

/// The server's own message, or the driver's with its cause.
fn text(error: &postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(cause), _) => cause.message().to_owned(),
        (None, Some(source)) if !error.to_string().contains(&source.to_string()) => {
            format!("{error}: {source}")
        }
        _ => error.to_string(),
    }
}
