//! A workflow controller: the action `escalate` makes a ticket a blocker.

use std::sync::Arc;

use tracrpc_env::{Extensions, Result};
use tracrpc_tickets::ticket::workflow::{ActionController, ActionUser, Offer};
use tracrpc_tickets::ticket::{ActionName, FieldName, GivenValue, Ticket};

use crate::journal::Journal;

/// Adds it, for `[ticket] workflow` to name.
pub fn extend(extensions: &mut Extensions) {
    extensions.add::<dyn ActionController>(Arc::new(EscalateWorkflow));
}

const ACTION: &str = "escalate";

struct EscalateWorkflow;

impl ActionController for EscalateWorkflow {
    fn name(&self) -> &str {
        "EscalateWorkflow"
    }

    fn states(&self) -> Vec<String> {
        vec!["escalated".to_owned()]
    }

    fn actions(&self, user: &ActionUser<'_>, ticket: &Ticket) -> Result<Vec<(i64, ActionName)>> {
        let may = user.actor().can("TICKET_MODIFY", &ticket.resource())?;
        Ok(may.then(|| (-5, ACTION.into())).into_iter().collect())
    }

    fn offer(&self, _: &ActionUser<'_>, _: &Ticket, action: &ActionName) -> Result<Option<Offer>> {
        Ok((*action == *ACTION).then(|| Offer {
            label: "Escalate".to_owned(),
            hint: "The ticket becomes a blocker".to_owned(),
            controls: Vec::new(),
        }))
    }

    fn changes(
        &self,
        _: &ActionUser<'_>,
        _: &Ticket,
        action: &ActionName,
    ) -> Result<Vec<(FieldName, GivenValue)>> {
        let change = |field: &str, value: &str| (field.into(), GivenValue::from(value));
        Ok(match action.as_str() {
            ACTION => vec![change("priority", "blocker"), change("status", "escalated")],
            _ => Vec::new(),
        })
    }

    fn side_effects(&self, user: &ActionUser<'_>, ticket: &Ticket, action: &ActionName) {
        if *action == *ACTION {
            let id = ticket.id().unwrap_or_default();
            let entry = format!("escalated ticket {id} for {}", user.name());
            Journal::note(user.actor().env(), entry);
        }
    }
}
