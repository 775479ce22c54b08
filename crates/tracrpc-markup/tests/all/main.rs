//! The tests of `tracrpc-markup` from the outside.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod macros;
