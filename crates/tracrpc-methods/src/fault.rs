//! The one place where an error becomes a fault.
//!
//! What a caller can act on keeps its text: what does not exist, what is not
//! permitted, what is not valid, what someone else changed meanwhile. What
//! only the administrator can act on (database, files, configuration) is
//! logged in full and answered without internals.

use std::error::Error as _;

use tracrpc_env::{Error, ErrorKind};
use tracrpc_wire::Fault;

/// An error that a method's function may return.
pub trait IntoFault {
    /// The error as a protocol can write it.
    fn into_fault(self) -> Fault;
}

impl IntoFault for Fault {
    fn into_fault(self) -> Fault {
        self
    }
}

impl IntoFault for Error {
    fn into_fault(self) -> Fault {
        fault_from(self)
    }
}

/// The fault that tells a caller about `error`.
pub fn fault_from(error: Error) -> Fault {
    let fault = match error.kind() {
        ErrorKind::NotFound => Fault::not_found(error.message()),
        ErrorKind::Forbidden => Fault::forbidden(error.message()),
        ErrorKind::Invalid | ErrorKind::Conflict => Fault::application(error.message()),
        _ => return opaque(&error),
    };
    match error.title() {
        Some(title) => fault.with_title(title),
        None => fault,
    }
}

/// Logs an error whose text is not for callers.
fn opaque(error: &Error) -> Fault {
    let mut causes = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    tracing::error!(error = %error, causes = causes.join(": "), "a call failed");
    Fault::application(format!(
        "{} The server's log says more.",
        error.storage_reason()
    ))
}
