//! `ConfigurableTicketWorkflow` of `trac/ticket/default_workflow.py`: the workflow
//! that stands in `[ticket-workflow]`.

use tracrpc_env::Result;

use super::actions::weighted_actions;
use super::controller::{ActionController, Offer};
use super::controls::offer;
use super::outcome::outcome;
use super::user::ActionUser;
use crate::ticket::model::Ticket;
use crate::ticket::name::{ActionName, FieldName};
use crate::ticket::value::GivenValue;

/// The controller that `[ticket-workflow]` describes. Its states and actions are
/// those of [`Workflow`](super::Workflow), which follows the configuration.
pub(crate) struct ConfigurableTicketWorkflow;

/// Its name in `[ticket] workflow`.
pub(crate) const NAME: &str = "ConfigurableTicketWorkflow";

impl ActionController for ConfigurableTicketWorkflow {
    fn name(&self) -> &str {
        NAME
    }

    fn component(&self) -> &str {
        "trac.ticket.default_workflow.ConfigurableTicketWorkflow"
    }

    fn actions(&self, user: &ActionUser<'_>, ticket: &Ticket) -> Result<Vec<(i64, ActionName)>> {
        weighted_actions(user, ticket)
    }

    fn offer(
        &self,
        user: &ActionUser<'_>,
        ticket: &Ticket,
        action: &ActionName,
    ) -> Result<Option<Offer>> {
        let action = ticket.definitions().workflow().action(action);
        action.map(|action| offer(user, ticket, action)).transpose()
    }

    fn changes(
        &self,
        user: &ActionUser<'_>,
        ticket: &Ticket,
        action: &ActionName,
    ) -> Result<Vec<(FieldName, GivenValue)>> {
        let changes = outcome(user, ticket, action)?.into_iter();
        Ok(changes
            .map(|(field, value)| (field.into(), value))
            .collect())
    }
}
