//! Tickets: fields, values, changes, workflow.

mod cc;
mod change_log;
mod create;
mod custom;
mod custom_default;
mod custom_time;
mod dates;
mod definitions;
mod delete;
mod delete_change;
mod event;
mod field;
mod fields;
mod input;
mod manipulator;
mod model;
mod name;
mod read;
mod retarget;
mod rows;
mod save;
mod update;
mod validate;
mod value;
mod warnings;
mod with_action;
pub mod workflow;

use std::sync::Arc;

use tracrpc_env::Extensions;

pub use change_log::{LogEntry, change_log};
pub use create::{NewTicket, create};
pub(crate) use custom_time::write as custom_time_text;
pub use definitions::{Definitions, definitions, states};
pub use delete::{delete, remove};
pub use delete_change::delete_change;
pub use event::{TicketEvent, TicketEventKind};
pub use field::{CustomField, Field, FieldKind, Fields};
pub use input::TicketInput;
pub use manipulator::{TicketManipulator, TicketProblem};
pub use model::written_time;
pub use model::{Ticket, TicketId};
pub use name::{ActionName, FieldName};
pub use read::{actions, available_actions, fetch, get, recent_changes};
pub(crate) use retarget::{LogNote, retarget};
pub use update::{Update, update};
pub use value::{FieldValue, GivenValue};

/// What a caller gives for the fields of a ticket, by name, each name once.
pub type Attributes = Vec<(String, GivenValue)>;

/// Adds Trac's own workflow.
pub(crate) fn register(extensions: &mut Extensions) {
    extensions
        .add::<dyn workflow::ActionController>(Arc::new(workflow::ConfigurableTicketWorkflow));
}
