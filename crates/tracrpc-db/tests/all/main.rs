//! The contract of a database, and what is particular to each.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod backends;
mod cancel;
mod contract;
mod durability;
mod like;
mod locks;
mod postgres;
mod snapshot;
mod sqlite;
mod watch;
