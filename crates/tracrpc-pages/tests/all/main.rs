//! The tests of `tracrpc-pages` from the outside.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod attachment;
mod page;
