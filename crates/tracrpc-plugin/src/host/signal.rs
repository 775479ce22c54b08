//! What the threads of a plugin tell its supervisor, and that tells others.

use tracrpc_plugin_protocol::RpcError;
use tracrpc_wire::Value;

/// What the supervisor is told. Processes are told apart by their serial numbers.
pub(crate) enum Signal {
    /// A process has answered `initialize`.
    Initialized {
        serial: u64,
        outcome: Result<Value, RpcError>,
    },
    /// A process has answered `ping`.
    Pong {
        serial: u64,
        outcome: Result<Value, RpcError>,
    },
    /// A process has ended, or cannot be understood.
    Ended { serial: u64, reason: String },
    /// A description is not what it was.
    Changed { environment: Option<String> },
    /// Another process is to take the place of the one that there is.
    Replace,
    /// Something is to be looked at.
    Wake,
    /// The plugin is to end.
    Stop,
}

/// What happens to a plugin that others may have to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A new process is ready, the first or a later one.
    Ready,
    /// It would describe itself otherwise now, for the environment of that name or all.
    Changed(Option<String>),
}
