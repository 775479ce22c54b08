//! Programs in any language that extend tracrpc.
//!
//! A plugin is a process that lives as long as the server and speaks the protocol of
//! `docs/plugin-protocol.md`. The module [`host`] starts it, asks it, and starts it again;
//! it knows nothing of Trac. [`Plugins`] gives environments what plugins describe: each
//! file of `fill` is one extension point.
//!
//! Nothing here is asynchronous: who asks waits, on its own thread and until its own
//! deadline.

mod fill;
pub mod host;
mod known;
mod link;
mod manage;
mod plugins;

pub use plugins::{PluginConfig, Plugins};
