//! Which actions a user may take on a ticket.

use tracrpc_translation::own_message;

use super::config::{Action, Operation, RESET, Workflow};
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::resource::Resource;
use crate::ticket::Attributes;
use crate::ticket::model::Ticket;
use crate::ticket::update::given;
use crate::ticket::value::GivenValue;

/// Who takes an action, with the arguments that came with it.
pub struct Taker<'a> {
    actor: &'a Actor,
    name: String,
    attributes: Option<&'a Attributes>,
}

impl<'a> Taker<'a> {
    /// The user of a call without arguments for actions.
    #[must_use]
    pub fn of_call(actor: &'a Actor) -> Self {
        Self {
            actor,
            name: actor.authname().to_owned(),
            attributes: None,
        }
    }

    /// The user of an update. Who is anonymous may call himself something in
    /// the attribute `author`.
    #[must_use]
    pub fn of_update(actor: &'a Actor, attributes: &'a Attributes) -> Self {
        let called = match given(attributes, "author") {
            Some(GivenValue::Text(name)) if actor.is_anonymous() && !name.is_empty() => name,
            _ => actor.authname(),
        };
        Self {
            actor,
            name: called.to_owned(),
            attributes: Some(attributes),
        }
    }

    /// Who asks.
    #[must_use]
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// The name that the user has in the ticket.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// An argument of the action; of several values the first.
    ///
    /// # Errors
    /// `Invalid` for no value at all.
    pub(super) fn argument(&self, name: &str) -> Result<Option<&'a GivenValue>> {
        match self
            .attributes
            .and_then(|attributes| given(attributes, name))
        {
            Some(GivenValue::List(values)) => match values.first() {
                None => Err(Error::invalid(own_message!(
                    "%(name)s: expected a value, got an empty array",
                    name = name,
                ))),
                first => Ok(first),
            },
            given => Ok(given),
        }
    }

    /// Whether the permissions allow an action: any one of those that it
    /// names, if it names some.
    pub(super) fn may(&self, action: &Action, resource: &Resource) -> Result<bool> {
        for permission in &action.permissions {
            if self.actor.can(permission, resource)? {
                return Ok(true);
            }
        }
        Ok(action.permissions.is_empty())
    }
}

/// The names of the actions that may be taken on a ticket, the heaviest
/// first, those of the same weight from Z to A.
///
/// # Errors
/// A database that fails, or a permission policy.
pub fn available_actions(taker: &Taker<'_>, ticket: &Ticket) -> Result<Vec<String>> {
    let workflow = ticket.definitions().workflow();
    let resource = ticket.resource();
    let mut available = Vec::new();
    for action in workflow
        .iter()
        .filter(|action| applies(action, workflow, taker, ticket))
    {
        if taker.may(action, &resource)? {
            available.push((action.weight, action.name.as_str()));
        }
    }
    available.sort_unstable_by(|a, b| b.cmp(a));
    Ok(available
        .into_iter()
        .map(|(_, name)| name.to_owned())
        .collect())
}

/// Whether an action is there for a ticket in its state.
fn applies(action: &Action, workflow: &Workflow, taker: &Taker<'_>, ticket: &Ticket) -> bool {
    let status = ticket.original_text("status");
    let owner = ticket.original_text("owner");
    let is_lost = || !workflow.states().iter().any(|state| state == status);
    if action.name == RESET && is_lost() {
        return true;
    }
    let for_others = action.new_state == "*" && !action.does(&Operation::LeaveStatus);
    let changes_nothing = action.operations == [Operation::SetOwnerToSelf]
        && owner == taker.name()
        && status == action.new_state;
    !for_others && !changes_nothing && is_in_state(action, status)
}

fn is_in_state(action: &Action, status: &str) -> bool {
    let states: Vec<_> = action.old_states.iter().map(Option::as_deref).collect();
    states == [Some("*")] || states.contains(&Some(status))
}
