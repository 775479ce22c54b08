//! What goes over the connection, from bytes to messages and back.

#![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

mod frames;
mod properties;
mod shapes;
mod transcript;
