//! What the binary does, seen from outside, and rules that hold the project together.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod admin;
mod admin_env;
mod admin_pages;
mod admin_tokens;
mod beside_trac;
mod browser;
mod call;
mod conformance;
mod crash;
mod demo;
mod help;
mod libpq;
mod limits;
mod messages;
mod plugins;
mod serve;
mod served;
mod service;
mod threats;
mod tidy;
