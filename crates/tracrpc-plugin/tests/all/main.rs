//! The host of plugins beside a plugin that misbehaves.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod asking;
mod filled;
mod life;
mod managed;
mod misbehaviour;
mod served_under_load;
mod site;
mod support;
mod under_load;
mod values;
