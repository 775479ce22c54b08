//! A Trac environment: configuration, permissions, tickets, pages, attachments,
//! search, in Trac's own vocabulary.
//!
//! The crate knows neither a protocol nor HTTP.

mod actor;
pub mod admin_help;
mod assign;
pub mod attachment;
pub mod cache_table;
pub mod component;
pub mod config;
mod create;
pub mod enums;
mod environment;
mod error;
mod events;
mod extensions;
mod fresh;
pub mod hotcopy;
mod initial;
mod language;
pub mod markup;
pub mod milestone;
mod name;
pub mod notification;
mod open;
pub mod page;
mod password_file;
pub mod permission;
mod preferences;
pub mod query;
pub mod repositories;
mod repository;
mod resource;
pub mod search;
pub mod sessions;
mod slots;
mod stored;
mod text;
pub mod ticket;
pub mod time;
pub mod users;
pub mod version;
mod watched_file;

pub use actor::{Actor, Reach, RequestInfo};
pub use create::InitOptions;
pub use environment::{Environment, EnvironmentDirectory};
pub use error::{Error, ErrorKind, Result};
pub use events::{After, Expected, Listener};
pub use extensions::Extensions;
pub use fresh::Fresh;
pub use initial::pages::upgrade as upgrade_pages;
pub use language::Language;
pub use open::{builtin, create, open, open_with};
pub use password_file::PasswordFile;
pub use resource::Resource;
pub use tracrpc_db::{StepAside, WaitBudget};
