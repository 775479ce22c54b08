//! The milestones of a project, to which tickets are planned.

mod edit;
mod event;
pub(crate) mod model;

pub use edit::{create, delete, update};
pub use event::MilestoneEvent;
pub use model::{Milestone, MilestoneChange, get, list};
