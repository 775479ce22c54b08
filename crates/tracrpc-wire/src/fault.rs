//! The one shape in which a call can fail.

use std::fmt;

/// What went wrong, in a vocabulary that each protocol maps to its own codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The request could not be read: -32700.
    Parse,
    /// The request could be read, but is no call: -32600 in JSON-RPC 2.0,
    /// else as [`FaultKind::Application`].
    InvalidRequest,
    /// The number or the types of the parameters are wrong: -32602 in
    /// JSON-RPC 2.0, else as [`FaultKind::Application`].
    InvalidParams,
    /// No method has that name: -32601.
    MethodNotFound,
    /// The caller lacks a permission: 403.
    Forbidden,
    /// The resource does not exist: 404.
    NotFound,
    /// Anything else that the method refuses: 1 in XML-RPC, -32603 in JSON-RPC.
    Application,
}

impl FaultKind {
    /// The word for it, such as `method_not_found`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidParams => "invalid_params",
            Self::MethodNotFound => "method_not_found",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Application => "application",
        }
    }

    /// The number that XML-RPC has for it, as in `tracrpc/xml_rpc.py: XmlRpcProtocol`.
    pub(crate) fn xml_code(self) -> i64 {
        match self {
            Self::Parse => -32700,
            Self::MethodNotFound => -32601,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Application | Self::InvalidRequest | Self::InvalidParams => 1,
        }
    }
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
    /// The number that clients see in place of that of [`Fault::kind`]: what an
    /// exception of a Trac plugin says in its attribute `code`.
    pub code: Option<i64>,
    /// The name that JSON-RPC gives the error in place of `JSONRPCError`: what an
    /// exception says in its attribute `name`.
    pub name: Option<String>,
}

impl Fault {
    /// A request that cannot be read.
    pub fn parse(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Parse, message)
    }

    /// A request that is no call.
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(FaultKind::InvalidRequest, message)
    }

    /// A call with parameters that the method does not take.
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(FaultKind::InvalidParams, message)
    }

    /// A call of a method that there is not, in the words that clients match.
    ///
    /// ```
    /// # use tracrpc_wire::Fault;
    /// assert_eq!(Fault::method_not_found("x").message, "RPC method \"x\" not found");
    /// ```
    pub fn method_not_found(name: &str) -> Self {
        Self::new(
            FaultKind::MethodNotFound,
            format!("RPC method \"{name}\" not found"),
        )
    }

    /// A call that the caller may not make.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Forbidden, message)
    }

    /// A resource that there is not.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(FaultKind::NotFound, message)
    }

    /// Any other refusal.
    pub fn application(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Application, message)
    }

    /// The number that clients of XML-RPC see.
    #[must_use]
    pub fn xml_code(&self) -> i64 {
        self.code.unwrap_or_else(|| self.kind.xml_code())
    }

    /// The same fault under another heading.
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same fault with a number of its own.
    pub fn with_code(mut self, code: i64) -> Self {
        self.code = Some(code);
        self
    }

    /// The same fault with a name of its own.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Fault {
            kind,
            message: message.into(),
            title: "Trac Error".to_owned(),
            code: None,
            name: None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
