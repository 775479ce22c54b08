//! The workflow: which actions there are, who may take them, what they do.

mod config;

pub use config::{Action, Operation, Workflow};
