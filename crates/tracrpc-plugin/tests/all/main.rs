//! The host of plugins beside a plugin that misbehaves.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod asking;
mod filled;
mod life;
mod managed;
mod misbehaviour;
mod support;
mod under_load;
