//! The workflow: which actions there are, who may take them, what they do.

mod actions;
mod author;
mod config;
mod controls;
mod outcome;
mod owners;

pub use actions::{Taker, available_actions};
pub use config::{Action, Operation, Workflow};
pub use controls::{Control, OfferedAction, offered_actions};
pub(crate) use outcome::outcome;
