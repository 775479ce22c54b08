//! The workflow: which actions there are, who may take them, what they do.

mod actions;
mod author;
mod config;
mod configurable;
mod controller;
mod controls;
mod outcome;
mod owners;
mod user;

pub use config::{Action, Operation, Workflow};
pub(crate) use configurable::{ConfigurableTicketWorkflow, NAME as CONFIGURABLE};
pub use controller::{
    ActionController, Control, Offer, OfferedAction, available_actions, offered_actions,
};
pub(crate) use controller::{ControlledChange, changes};
pub use user::ActionUser;
