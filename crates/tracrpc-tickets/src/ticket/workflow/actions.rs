//! Which actions a user may take on a ticket.

use tracrpc_env::Result;

use super::config::{Action, Operation, RESET, Workflow};
use super::user::ActionUser;
use crate::ticket::model::Ticket;
use crate::ticket::name::ActionName;

/// The actions of the workflow that may be taken on a ticket, with their weights.
///
/// # Errors
/// A database that fails, or a permission policy.
pub(super) fn weighted_actions(
    user: &ActionUser<'_>,
    ticket: &Ticket,
) -> Result<Vec<(i64, ActionName)>> {
    let workflow = ticket.definitions().workflow();
    let resource = ticket.resource();
    let mut available = Vec::new();
    for action in workflow
        .iter()
        .filter(|action| applies(action, workflow, user, ticket))
    {
        if user.may(action, &resource)? {
            available.push((action.weight, action.name.clone()));
        }
    }
    Ok(available)
}

/// Whether an action is there for a ticket in its state.
fn applies(action: &Action, workflow: &Workflow, user: &ActionUser<'_>, ticket: &Ticket) -> bool {
    let status = ticket.original_text("status");
    let owner = ticket.original_text("owner");
    let is_lost = || !workflow.states().iter().any(|state| state == status);
    if action.name == *RESET && is_lost() {
        return true;
    }
    let for_others = action.new_state == "*" && !action.does(&Operation::LeaveStatus);
    let changes_nothing = action.operations == [Operation::SetOwnerToSelf]
        && owner == user.name()
        && status == action.new_state;
    !for_others && !changes_nothing && is_in_state(action, status)
}

fn is_in_state(action: &Action, status: &str) -> bool {
    let states: Vec<_> = action.old_states.iter().map(Option::as_deref).collect();
    states == [Some("*")] || states.contains(&Some(status))
}
