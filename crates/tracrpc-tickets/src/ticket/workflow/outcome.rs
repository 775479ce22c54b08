//! What an action does to the fields of a ticket.

use tracrpc_env::{Environment, ErrorKind, Result};

use super::config::{Action, Operation};
use super::user::ActionUser;
use crate::component;
use crate::ticket::model::Ticket;
use crate::ticket::value::GivenValue;

/// The fields that an action changes, with their new values.
///
/// # Errors
/// `NotFound` if the ticket moved to a component that does not exist, or a
/// database that fails.
pub(super) fn outcome(
    user: &ActionUser<'_>,
    ticket: &Ticket,
    action: &str,
) -> Result<Vec<(&'static str, GivenValue)>> {
    let definitions = ticket.definitions();
    let Some(action) = definitions.workflow().action(action) else {
        return Ok(Vec::new());
    };
    if !user.may(action, &ticket.resource())? {
        return Ok(Vec::new());
    }
    let mut outcome = Outcome::default();
    if action.new_state != "*" {
        outcome.set("status", action.new_state.as_str().into());
    }
    for operation in &action.operations {
        apply(&mut outcome, operation, action, user, ticket)?;
    }
    if !outcome.changes("owner") {
        follow_component(&mut outcome, user, ticket)?;
    }
    Ok(outcome.0)
}

#[derive(Default)]
struct Outcome(Vec<(&'static str, GivenValue)>);

impl Outcome {
    fn set(&mut self, field: &'static str, value: GivenValue) {
        self.0.retain(|(known, _)| *known != field);
        self.0.push((field, value));
    }

    fn changes(&self, field: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == field)
    }
}

fn apply(
    outcome: &mut Outcome,
    operation: &Operation,
    action: &Action,
    user: &ActionUser<'_>,
    ticket: &Ticket,
) -> Result<()> {
    match operation {
        Operation::DelOwner => outcome.set("owner", "".into()),
        Operation::SetOwner | Operation::MaySetOwner => {
            outcome.set("owner", chosen_owner(action, user, ticket)?);
        }
        Operation::SetOwnerToSelf => outcome.set("owner", user.name().into()),
        Operation::DelResolution => outcome.set("resolution", "".into()),
        Operation::SetResolution => {
            let argument = format!("action_{}_resolve_resolution", action.name);
            outcome.set(
                "resolution",
                chosen(user, &argument, action.set_resolution.as_deref())?,
            );
        }
        Operation::LeaveStatus | Operation::ResetWorkflow | Operation::Other(_) => {}
    }
    Ok(())
}

/// The argument, or the first of the values that the action lists.
fn chosen(user: &ActionUser<'_>, argument: &str, listed: Option<&[String]>) -> Result<GivenValue> {
    if let Some(given) = user.argument(argument)? {
        return Ok(given.clone());
    }
    let first = listed.and_then(<[String]>::first);
    Ok(first.map_or("", String::as_str).into())
}

fn chosen_owner(action: &Action, user: &ActionUser<'_>, ticket: &Ticket) -> Result<GivenValue> {
    let argument = format!("action_{}_reassign_owner", action.name);
    let chosen = chosen(user, &argument, action.set_owner.as_deref())?;
    match &chosen {
        GivenValue::Text(name) if is_default_owner(name) => {
            let owner = owner_if_known(user.actor().env(), ticket.text("component"))?;
            Ok(GivenValue::Text(owner.unwrap_or_default()))
        }
        _ => Ok(chosen),
    }
}

/// The name that stands for the owner of the ticket's component.
fn is_default_owner(name: &str) -> bool {
    matches!(name, "< default >" | "<default>")
}

/// A new ticket of the old component's owner goes to that of the new one.
fn follow_component(outcome: &mut Outcome, user: &ActionUser<'_>, ticket: &Ticket) -> Result<()> {
    let Some(before) = ticket.old_values().get("component") else {
        return Ok(());
    };
    if ticket.text("status") != "new" {
        return Ok(());
    }
    let env = user.actor().env();
    let Some(old_owner) = owner_if_known(env, before.as_text())? else {
        return Ok(());
    };
    if old_owner == ticket.text("owner") {
        let new_owner = component_owner(env, ticket.text("component"))?;
        if !new_owner.is_empty() {
            outcome.set("owner", GivenValue::Text(new_owner));
        }
    }
    Ok(())
}

/// The owner of a component, none if there is no such component.
fn owner_if_known(env: &Environment, name: &str) -> Result<Option<String>> {
    match component_owner(env, name) {
        Ok(owner) => Ok(Some(owner)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The owner of a component that has to exist. No component has no owner.
fn component_owner(env: &Environment, name: &str) -> Result<String> {
    if name.is_empty() {
        return Ok(String::new());
    }
    Ok(component::get(env, name)?.owner)
}
