//! The tests of `tracrpc-env` from the outside.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod attachment;
mod config;
mod dates;
mod environment;
mod events;
mod fails_closed;
mod fresh;
mod hotcopy;
mod ini;
mod linear;
mod macros;
mod notification;
mod page;
mod permission;
mod query;
mod query_address;
mod ticket;
mod unchanged;
mod users;
