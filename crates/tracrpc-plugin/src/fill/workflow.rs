//! What can be done with tickets.

use std::sync::Arc;

use tracrpc_env::{Extensions, Result};
use tracrpc_plugin_protocol::messages::{Action, Description, TicketActions, TicketApply};
use tracrpc_tickets::ticket::workflow::{ActionController, ActionUser, Control, Offer};
use tracrpc_tickets::ticket::{ActionName, FieldName, GivenValue, Ticket};
use tracrpc_wire::Value;

use super::values::{fields, given, shown};
use crate::link::Link;

/// A plugin without names for them has one controller, which is called as itself.
pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    if !description.has_hook("ticket/actions") {
        return;
    }
    let mut names = description.controllers.clone();
    if names.is_empty() {
        names.push(link.name().to_owned());
    }
    for name in names {
        extensions.add::<dyn ActionController>(Arc::new(Controller {
            link: link.clone(),
            name,
            states: description.statuses.clone(),
        }));
    }
}

struct Controller {
    link: Link,
    name: String,
    states: Vec<String>,
}

impl Controller {
    fn offered(&self, user: &ActionUser<'_>, ticket: &Ticket) -> Result<Vec<Action>> {
        let asked = TicketActions {
            context: self.link.context(user.actor(), false),
            controller: self.name.clone(),
            id: ticket.id(),
            fields: fields(ticket),
        };
        let answer = self.link.ask(user.actor(), asked);
        let answer = answer.map_err(|failure| self.link.error(failure))?;
        Ok(answer.actions)
    }
}

impl ActionController for Controller {
    fn name(&self) -> &str {
        &self.name
    }

    fn states(&self) -> Vec<String> {
        self.states.clone()
    }

    fn actions(&self, user: &ActionUser<'_>, ticket: &Ticket) -> Result<Vec<(i64, ActionName)>> {
        let offered = self.offered(user, ticket)?.into_iter();
        Ok(offered
            .map(|offer| (offer.weight, offer.action.into()))
            .collect())
    }

    fn offer(
        &self,
        user: &ActionUser<'_>,
        ticket: &Ticket,
        action: &ActionName,
    ) -> Result<Option<Offer>> {
        let offered = self.offered(user, ticket)?.into_iter();
        let mut wanted = offered.filter(|offer| *action == *offer.action);
        Ok(wanted.next().map(|offer| Offer {
            label: offer.label.unwrap_or_default(),
            hint: offer.hint,
            controls: offer.controls.into_iter().map(control).collect(),
        }))
    }

    fn changes(
        &self,
        user: &ActionUser<'_>,
        ticket: &Ticket,
        action: &ActionName,
    ) -> Result<Vec<(FieldName, GivenValue)>> {
        let offered = self.offered(user, ticket)?;
        if offered.iter().all(|offer| *action != *offer.action) {
            return Ok(Vec::new());
        }
        let inputs = user.inputs();
        let asked = TicketApply {
            context: self.link.context(user.actor(), false),
            controller: self.name.clone(),
            id: ticket.id(),
            fields: fields(ticket),
            action: action.to_string(),
            inputs: inputs.map(|(name, value)| (name, shown(value))).collect(),
        };
        let answer = self.link.ask(user.actor(), asked);
        let answer = answer.map_err(|failure| self.link.error(failure))?;
        let changes = answer.changes.into_iter();
        Ok(changes
            .map(|(name, value)| (name.into(), given(value)))
            .collect())
    }

    fn waits(&self) -> bool {
        true
    }
}

fn control((name, _, value, options): (String, String, Value, Vec<String>)) -> Control {
    Control {
        name,
        value: value.as_str().map(str::to_owned),
        options,
    }
}
