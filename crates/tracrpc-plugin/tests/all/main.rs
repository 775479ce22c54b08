//! The host of plugins beside a plugin that misbehaves.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod asking;
mod filled;
mod life;
mod logins;
mod managed;
mod misbehaviour;
mod nobody_waits;
mod scopes;
mod served_under_load;
mod site;
mod support;
mod under_load;
mod user;
mod values;
