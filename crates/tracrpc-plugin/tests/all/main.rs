//! The host of plugins beside a plugin that misbehaves.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod asking;
mod filled;
mod life;
mod logins;
mod misbehaviour;
mod nobody_waits;
mod support;
mod under_load;
