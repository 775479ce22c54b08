//! The tests of `tracrpc-tickets` from the outside.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod query;
mod query_address;
mod ticket;
mod unchanged;
