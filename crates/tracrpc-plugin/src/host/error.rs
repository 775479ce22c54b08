//! Why a plugin gave no answer, and what its client reads of that.

use std::fmt;

use tracrpc_plugin_protocol::messages::FaultData;
use tracrpc_wire::Fault;

/// Why a plugin gave no answer.
///
/// What the plugin says about its own mistakes is for the log, not for clients.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Failure {
    /// Its process is not there, or went away before it answered.
    Unavailable,
    /// It has too much to do already.
    Overloaded,
    /// It has not answered in time.
    TimedOut,
    /// It refuses, and says why.
    Fault(Box<FaultData>),
    /// It has made a mistake, or answered what makes no sense.
    Broken(String),
}

impl Failure {
    /// The fault for the client of the plugin `name`.
    pub fn into_fault(self, name: &str) -> Fault {
        match self {
            Self::Unavailable => Fault::application(format!("plugin {name} is not available")),
            Self::Overloaded => Fault::application(format!("plugin {name} has too much to do")),
            Self::TimedOut => Fault::application(format!("plugin {name} has not answered in time")),
            Self::Broken(_) => Fault::application(format!("plugin {name} has failed")),
            Self::Fault(fault) => (*fault).into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("it is not available"),
            Self::Overloaded => f.write_str("it has too much to do"),
            Self::TimedOut => f.write_str("it has not answered in time"),
            Self::Fault(fault) => f.write_str(&fault.message),
            Self::Broken(detail) => f.write_str(detail),
        }
    }
}

impl std::error::Error for Failure {}
