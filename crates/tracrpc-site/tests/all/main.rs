//! The tests of `tracrpc-site` from the outside.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod environment;
mod events;
mod fails_closed;
mod fresh;
mod hotcopy;
mod linear;
mod memory;
mod permission;
mod users;
