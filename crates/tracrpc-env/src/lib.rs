//! A Trac environment: configuration, permissions, tickets, pages, attachments,
//! search, in Trac's own vocabulary.
//!
//! The crate knows neither a protocol nor HTTP.

pub mod cache_table;
pub mod config;
mod environment;
mod error;
mod initial;
mod resource;
mod text;
pub mod ticket;
pub mod time;

pub use environment::{Environment, InitOptions};
pub use error::{Error, ErrorKind, Result};
pub use resource::Resource;
