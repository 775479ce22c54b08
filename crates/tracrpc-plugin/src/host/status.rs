//! What can be shown about a plugin.

use std::time::Duration;

/// Whether a plugin can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its process has been started, and has not said that it is ready.
    Starting,
    /// It can be asked.
    Ready,
    /// Its process has ended, and another is started in a while.
    Waiting {
        /// From now on.
        left: Duration,
    },
    /// It was stopped.
    Stopped,
}

/// What can be shown about a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The plugin's name.
    pub name: String,
    /// What the plugin calls itself.
    pub title: String,
    /// Its version, as it says.
    pub version: String,
    /// What it runs on, as it says.
    pub runtime: String,
    /// Whether it can be asked.
    pub state: State,
    /// The number of its process, if there is one.
    pub process: Option<u32>,
    /// How many processes were started after the first.
    pub restarts: u64,
    /// How many requests it was asked.
    pub calls: u64,
    /// How many of them it did not answer, or answered with a mistake of its own.
    pub errors: u64,
    /// How many it is answering.
    pub active: usize,
    /// How many it takes at a time.
    pub concurrency: usize,
    /// How many bytes of memory its process has, where that can be told.
    pub memory: Option<u64>,
    /// Why its last process ended, if one did.
    pub last_end: Option<String>,
}
