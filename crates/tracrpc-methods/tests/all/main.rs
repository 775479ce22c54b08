//! The methods without a server.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod calls;
mod configuration;
mod costs;
mod faults;
mod plugin;
mod read_only;
mod registration;
mod scopes;
mod search;
mod surface;
mod ticket;
mod ticket_enum;
mod wiki;
