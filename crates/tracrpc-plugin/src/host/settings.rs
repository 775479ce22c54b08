//! What is configured for a plugin, and how long is waited for what.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use tracrpc_plugin_protocol::Limits;
use tracrpc_plugin_protocol::messages::Environment;
use tracrpc_wire::Struct;

/// What is configured for a plugin.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Its name, in faults and in the log.
    pub name: String,
    /// The program and its arguments. No shell sees them.
    pub command: Vec<String>,
    /// Its working directory; that of the server if there is none.
    pub directory: Option<PathBuf>,
    /// The user of the system as whom it runs; that of the server if there is none. Only a
    /// server that runs as root can have plugins of others.
    pub user: Option<String>,
    /// Environment variables besides the few that every plugin has.
    pub variables: BTreeMap<String, String>,
    /// What it is told by `initialize`.
    pub options: Struct,
    /// The environments that are known when it is started.
    pub environments: Vec<Environment>,
    /// How many requests it gets at a time at most, if it would take more.
    pub concurrency: Option<usize>,
    /// What its messages may take up.
    pub limits: Limits,
    /// How long is waited for what.
    pub timing: Timing,
}

impl Settings {
    /// A plugin of which only the command is known.
    pub fn new(
        name: impl Into<String>,
        command: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            name: name.into(),
            command: command.into_iter().map(Into::into).collect(),
            directory: None,
            user: None,
            variables: BTreeMap::new(),
            options: Struct::new(),
            environments: Vec::new(),
            concurrency: None,
            limits: Limits::default(),
            timing: Timing::default(),
        }
    }
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Timing {
    /// For the answer to `initialize`.
    pub start: Duration,
    /// Between two `ping`s.
    pub idle: Duration,
    /// For the answer to a `ping`.
    pub pong: Duration,
    /// After a deadline for the answer that nobody waits for any more. A process that has
    /// not given it by then is replaced.
    pub grace: Duration,
    /// For a process that is replaced to end what it has begun.
    pub drain: Duration,
    /// From `shutdown` to SIGTERM.
    pub end: Duration,
    /// From SIGTERM to SIGKILL.
    pub kill: Duration,
    /// Before the first new start. Each further one takes twice as long.
    pub first_delay: Duration,
    /// Before a new start at most.
    pub longest_delay: Duration,
    /// After which the delays begin anew.
    pub healthy: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            start: seconds(10),
            idle: seconds(30),
            pong: seconds(10),
            grace: seconds(5),
            drain: seconds(60),
            end: seconds(5),
            kill: seconds(5),
            first_delay: Duration::from_millis(500),
            longest_delay: seconds(60),
            healthy: seconds(300),
        }
    }
}
