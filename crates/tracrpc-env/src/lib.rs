//! A Trac environment: its directory, configuration and database, who its users are
//! and what they may do, and the door for all that adds to it.
//!
//! What an environment holds (tickets, pages, ...) is in crates that stand on this one.

pub mod actor;
pub mod cache_table;
pub mod config;
pub mod environment;
mod error;
mod events;
mod extensions;
mod fresh;
mod identity;
pub mod language;
mod memory;
pub mod name;
mod password_file;
mod password_store;
pub mod permission;
pub mod plugins;
pub mod preferences;
pub mod repositories;
pub mod repository;
mod resource;
mod scopes;
pub mod sessions;
mod slots;
pub mod stored;
pub mod text;
pub mod time;
pub mod users;
pub mod watched_file;

pub use actor::{Actor, Reach, RequestInfo};
pub use environment::{Environment, EnvironmentDirectory, Extender, OpenEnvironment};
pub use error::{Error, ErrorKind, Result};
pub use events::{After, Expected, Listener};
pub use extensions::Extensions;
pub use fresh::Fresh;
pub use identity::{Identity, TokenLogin};
pub use language::Language;
pub use memory::{MemoryBudget, MemoryShare};
pub use password_file::PasswordFile;
pub use password_store::{Checked, PasswordStore};
pub use resource::Resource;
pub use scopes::{Level, ScopedCall, Scopes};
pub use tracrpc_db::{Cancel, StepAside, WaitBudget};
