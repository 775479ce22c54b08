//! Faults, as they go from one side to the other.

use tracrpc_wire::{Fault, FaultKind, Value};

use crate::shape::shape;
use crate::{ErrorCode, Mismatch, RpcError, Shape};

shape! {
    /// Why a call failed, for its client.
    pub struct FaultData {
        /// What went wrong.
        pub kind: FaultName = FaultName::Application,
        /// What the client reads.
        pub message: String = String::new(),
        /// The number that replaces that of the kind.
        pub code: Option<i64>,
        /// The name that replaces `JSONRPCError`.
        pub name: Option<String>,
        /// Trac's heading of the error.
        pub title: Option<String>,
        /// The class of the exception that was raised.
        pub class: Option<String>,
    }
}

/// The kinds of faults, by their names in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultName {
    /// `parse`: the request cannot be read.
    Parse,
    /// `method_not_found`: there is no such method.
    MethodNotFound,
    /// `forbidden`: a permission is missing.
    Forbidden,
    /// `not_found`: there is no such resource.
    NotFound,
    /// `invalid_params`: the method does not take these parameters.
    InvalidParams,
    /// `application`: any other refusal.
    Application,
    /// `internal`: the one who was asked has made a mistake.
    Internal,
}

const NAMES: [(FaultName, &str); 7] = [
    (FaultName::Parse, "parse"),
    (FaultName::MethodNotFound, "method_not_found"),
    (FaultName::Forbidden, "forbidden"),
    (FaultName::NotFound, "not_found"),
    (FaultName::InvalidParams, "invalid_params"),
    (FaultName::Application, "application"),
    (FaultName::Internal, "internal"),
];

/// A kind that nobody knows is `application`.
impl Shape for FaultName {
    fn read(value: Value) -> Result<Self, Mismatch> {
        let name = String::read(value)?;
        let row = NAMES.iter().find(|(_, known)| *known == name);
        Ok(row.map_or(Self::Application, |(kind, _)| *kind))
    }

    fn write(self) -> Value {
        let row = NAMES.iter().find(|(kind, _)| *kind == self);
        Value::from(row.map_or("application", |(_, name)| *name))
    }
}

impl From<Fault> for FaultData {
    fn from(fault: Fault) -> Self {
        Self {
            kind: match fault.kind {
                FaultKind::Parse | FaultKind::InvalidRequest => FaultName::Parse,
                FaultKind::MethodNotFound => FaultName::MethodNotFound,
                FaultKind::Forbidden => FaultName::Forbidden,
                FaultKind::NotFound => FaultName::NotFound,
                FaultKind::InvalidParams => FaultName::InvalidParams,
                _ => FaultName::Application,
            },
            message: fault.message,
            code: fault.code,
            name: fault.name,
            title: Some(fault.title),
            class: None,
        }
    }
}

impl From<FaultData> for Fault {
    fn from(data: FaultData) -> Self {
        let mut fault = match data.kind {
            FaultName::Parse => Fault::parse(data.message),
            FaultName::Forbidden => Fault::forbidden(data.message),
            FaultName::NotFound => Fault::not_found(data.message),
            FaultName::InvalidParams => Fault::invalid_params(data.message),
            FaultName::MethodNotFound => Fault {
                message: data.message,
                ..Fault::method_not_found("")
            },
            FaultName::Application | FaultName::Internal => Fault::application(data.message),
        };
        fault.title = data.title.unwrap_or(fault.title);
        fault.code = data.code;
        fault.name = data.name;
        fault
    }
}

impl From<FaultData> for RpcError {
    fn from(fault: FaultData) -> Self {
        Self {
            code: ErrorCode::FAULT,
            message: fault.message.clone(),
            data: Some(fault.write()),
        }
    }
}

impl From<Fault> for RpcError {
    fn from(fault: Fault) -> Self {
        FaultData::from(fault).into()
    }
}

impl RpcError {
    /// The fault for the client, if it is one.
    ///
    /// # Errors
    /// The error itself if it is another, or its data make no sense.
    pub fn into_fault(self) -> Result<FaultData, RpcError> {
        let data = self.data.as_ref().filter(|_| self.code == ErrorCode::FAULT);
        let fault = data.map(|data| FaultData::read(data.clone()));
        match fault {
            Some(Ok(fault)) => Ok(fault),
            _ => Err(self),
        }
    }
}
