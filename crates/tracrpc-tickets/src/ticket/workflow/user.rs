//! Who takes an action.

use tracrpc_env::{Actor, Error, Resource, Result};
use tracrpc_translation::own_message;

use super::config::Action;
use crate::ticket::input::TicketInput;
use crate::ticket::value::GivenValue;

/// Who takes an action, with the arguments that came with it.
pub struct ActionUser<'a> {
    actor: &'a Actor,
    name: String,
    input: Option<&'a TicketInput>,
}

impl<'a> ActionUser<'a> {
    /// The user of a call without arguments for actions.
    #[must_use]
    pub fn of_call(actor: &'a Actor) -> Self {
        Self {
            actor,
            name: actor.authname().to_owned(),
            input: None,
        }
    }

    /// The user of an update. Who is anonymous may call himself something in
    /// the attribute `author`.
    #[must_use]
    pub fn of_update(actor: &'a Actor, input: &'a TicketInput) -> Self {
        let called = input.called.as_deref();
        let called = called.filter(|_| actor.is_anonymous());
        Self {
            actor,
            name: called.unwrap_or(actor.authname()).to_owned(),
            input: Some(input),
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

    /// All arguments that came with it, those that no action knows among them.
    pub fn inputs(&self) -> impl Iterator<Item = (&'a str, &'a GivenValue)> {
        self.input.into_iter().flat_map(TicketInput::values)
    }

    /// An argument of the action; of several values the first.
    ///
    /// # Errors
    /// `Invalid` for no value at all.
    pub(super) fn argument(&self, name: &str) -> Result<Option<&'a GivenValue>> {
        match self.input.and_then(|input| input.get(name)) {
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
