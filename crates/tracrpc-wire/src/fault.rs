//! The one shape in which a call can fail.

/// What went wrong, in a vocabulary that each protocol maps to its own codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The request could not be read: -32700.
    Parse,
    /// The request could be read, but is no call: -32600 in JSON-RPC 2.0.
    InvalidRequest,
    /// No method has that name: -32601.
    MethodNotFound,
    /// The caller lacks a permission: 403.
    Forbidden,
    /// The resource does not exist: 404.
    NotFound,
    /// Anything else that the method refuses: 1 in XML-RPC, -32603 in JSON-RPC.
    Application,
}

/// A call's failure, as clients see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What went wrong.
    pub kind: FaultKind,
    /// The text for the caller. XML-RPC frames that of
    /// [`FaultKind::Application`] with the name of the method.
    pub message: String,
    /// Trac's heading of the error, `Trac Error` unless a part of Trac gives another.
    pub title: String,
}
