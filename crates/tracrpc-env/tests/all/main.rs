//! The tests of `tracrpc-env` from the outside.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod config;
mod dates;
mod ini;
