//! Programs in any language that extend tracrpc.
//!
//! A plugin is a process that lives as long as the server and speaks the protocol of
//! `docs/plugin-protocol.md`. The module [`host`] starts it, asks it, and starts it again;
//! it knows nothing of Trac.
//!
//! Nothing here is asynchronous: who asks waits, on its own thread and until its own
//! deadline.

pub mod host;
