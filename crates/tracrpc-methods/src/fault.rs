//! The one place where an error becomes a fault.
//!
//! What a caller can act on keeps its text: what does not exist, what is not
//! permitted, what is not valid, what someone else changed meanwhile, which
//! option of the configuration cannot be used. What else only the administrator
//! can act on (database, files) is logged in full and answered without internals. It
//! speaks the language of the caller.

use std::error::Error as _;

use tracrpc_env::{Actor, Error, ErrorKind};
use tracrpc_translation::own_message;
use tracrpc_wire::Fault;

/// An error that a method's function may return.
pub trait IntoFault {
    /// The error as a protocol can write it, in the language of the one who called.
    fn into_fault(self, actor: &Actor) -> Fault;
}

impl IntoFault for Fault {
    fn into_fault(self, _: &Actor) -> Fault {
        self
    }
}

impl IntoFault for Error {
    fn into_fault(self, actor: &Actor) -> Fault {
        fault_from(self, actor)
    }
}

/// The fault that tells the one who called about `error`.
pub fn fault_from(error: Error, actor: &Actor) -> Fault {
    let catalog = actor.catalog();
    let text = || error.message_in(catalog);
    let fault = match error.kind() {
        ErrorKind::NotFound => Fault::not_found(text()),
        ErrorKind::Forbidden => Fault::forbidden(text()),
        ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::Setting | ErrorKind::Cancelled => {
            Fault::application(text())
        }
        _ => return opaque(&error, actor),
    };
    match error.title() {
        Some(title) => fault.with_title(title.in_language(catalog)),
        None => fault,
    }
}

/// Logs an error whose text is not for callers.
fn opaque(error: &Error, actor: &Actor) -> Fault {
    let mut causes = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    tracing::error!(error = %error, causes = causes.join(": "), "a call failed");
    let text = own_message!(
        "%(reason)s The server's log says more.",
        reason = error.storage_reason(),
    );
    Fault::application(text.in_language(actor.catalog()))
}
