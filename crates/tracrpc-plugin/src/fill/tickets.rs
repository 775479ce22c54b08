//! What is wrong with tickets before they are stored.

use std::sync::Arc;

use tracrpc_env::{Actor, Extensions, Result};
use tracrpc_plugin_protocol::messages::{Description, TicketValidate};
use tracrpc_tickets::ticket::{Ticket, TicketManipulator, TicketProblem};

use super::values::{fields, given};
use crate::link::Link;

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    if description.has_hook("ticket/validate") {
        extensions.add::<dyn TicketManipulator>(Arc::new(Validate { link: link.clone() }));
    }
}

struct Validate {
    link: Link,
}

impl TicketManipulator for Validate {
    fn validate(
        &self,
        actor: &Actor,
        ticket: &mut Ticket,
        comment: &str,
    ) -> Result<Vec<TicketProblem>> {
        let asked = TicketValidate {
            context: self.link.context(actor, false),
            id: ticket.id(),
            fields: fields(ticket),
            changed: ticket
                .old_values()
                .keys()
                .map(ToString::to_string)
                .collect(),
            comment: comment.to_owned(),
        };
        let answer = self.link.ask(actor, asked);
        let answer = answer.map_err(|failure| self.link.error(failure))?;
        for (name, value) in answer.fields {
            ticket.set(&name, given(value))?;
        }
        let problems = answer.problems.into_iter();
        let problem = |(field, message): (Option<String>, String)| TicketProblem {
            field: field.map(Into::into),
            message,
        };
        Ok(problems.map(problem).collect())
    }

    fn waits(&self) -> bool {
        true
    }
}
