//! The protocols from outside: bytes in, values out, and back.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod client;
mod hostile;
mod json_answers;
mod json_requests;
mod json_two;
mod properties;
mod support;
mod xml_answers;
mod xml_requests;
