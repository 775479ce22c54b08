//! The tests of `tracrpc-env` from the outside.

mod environment;
mod permission;
