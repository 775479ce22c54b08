//! Who decides which actions there are: the workflow of `[ticket-workflow]`, and
//! what others add.

use std::collections::BTreeMap;

use tracrpc_env::Result;

use super::user::ActionUser;
use crate::ticket::model::Ticket;
use crate::ticket::name::{ActionName, FieldName};
use crate::ticket::value::GivenValue;

/// An extension that `[ticket] workflow` can name:
/// `trac/ticket/api.py: ITicketActionController`.
pub trait ActionController: Send + Sync {
    /// Its name in `[ticket] workflow`.
    fn name(&self) -> &str;

    /// The component of Trac that it stands for, by its Python name: where that is
    /// off, it is not there. Empty for none.
    fn component(&self) -> &str {
        ""
    }

    /// The states that it brings tickets into.
    fn states(&self) -> Vec<String> {
        Vec::new()
    }

    /// The actions that may be taken on a ticket, each with its weight.
    ///
    /// # Errors
    /// A database that fails, or a permission policy.
    fn actions(&self, user: &ActionUser<'_>, ticket: &Ticket) -> Result<Vec<(i64, ActionName)>>;

    /// What an action asks for and what it says that it will do; none for one that
    /// is not its own.
    ///
    /// # Errors
    /// As [`ActionController::actions`].
    fn offer(
        &self,
        user: &ActionUser<'_>,
        ticket: &Ticket,
        action: &ActionName,
    ) -> Result<Option<Offer>>;

    /// The fields that an action changes, with their new values; none for one that
    /// is not its own.
    ///
    /// # Errors
    /// As [`ActionController::actions`].
    fn changes(
        &self,
        user: &ActionUser<'_>,
        ticket: &Ticket,
        action: &ActionName,
    ) -> Result<Vec<(FieldName, GivenValue)>>;

    /// Whether answers may take long, as those of another program do. It is asked before
    /// the turn to write is taken then.
    fn waits(&self) -> bool {
        false
    }

    /// What else an action does, after the ticket was stored, if it is its own. What
    /// goes wrong is logged.
    fn side_effects(&self, _taker: &ActionUser<'_>, _ticket: &Ticket, _action: &ActionName) {}
}

/// An action as it is offered to a user.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedAction {
    /// The name.
    pub name: ActionName,
    /// The label, none if it is empty.
    pub label: Option<String>,
    /// What will happen, as HTML.
    pub hint: String,
    /// What the user is asked for.
    pub controls: Vec<Control>,
}

/// Something that an action asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// The name of the argument.
    pub name: String,
    /// The value that is offered first; none if there is no such value.
    pub value: Option<String>,
    /// The values to choose from; empty if any will do, or if there is no choice.
    pub options: Vec<String>,
}

/// What an action asks for and says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// The label; empty if another controller has one.
    pub label: String,
    /// What will happen, as HTML.
    pub hint: String,
    /// What the user is asked for.
    pub controls: Vec<Control>,
}

/// A change that a controller wants.
pub(crate) struct ControlledChange {
    /// The controller's name.
    pub(crate) controller: String,
    pub(crate) field: FieldName,
    pub(crate) value: GivenValue,
}

/// The names of the actions that may be taken on a ticket, the heaviest
/// first, those of the same weight from Z to A.
///
/// # Errors
/// A database that fails, or a permission policy.
pub fn available_actions(user: &ActionUser<'_>, ticket: &Ticket) -> Result<Vec<ActionName>> {
    let mut weights: BTreeMap<ActionName, i64> = BTreeMap::new();
    for controller in ticket.definitions().controllers() {
        for (weight, action) in controller.actions(user, ticket)? {
            let known = weights.entry(action).or_insert(weight);
            *known = weight.max(*known);
        }
    }
    let mut available: Vec<_> = weights
        .into_iter()
        .map(|(name, weight)| (weight, name))
        .collect();
    available.sort_unstable_by(|a, b| b.cmp(a));
    Ok(available.into_iter().map(|(_, name)| name).collect())
}

/// The actions that a user may take on a ticket, in order.
///
/// # Errors
/// A workflow that sets resolutions which do not exist; a database that fails.
pub fn offered_actions(user: &ActionUser<'_>, ticket: &Ticket) -> Result<Vec<OfferedAction>> {
    let names = available_actions(user, ticket)?;
    names
        .into_iter()
        .map(|name| offered(user, ticket, name))
        .collect()
}

/// Of several labels the first counts; all hints are given.
fn offered(user: &ActionUser<'_>, ticket: &Ticket, name: ActionName) -> Result<OfferedAction> {
    let mut label = None;
    let mut hints = Vec::new();
    let mut controls = Vec::new();
    for controller in ticket.definitions().controllers() {
        let Some(offer) = controller.offer(user, ticket, &name)? else {
            continue;
        };
        label = label.or(Some(offer.label).filter(|label| !label.is_empty()));
        hints.push(format!("{}.", offer.hint.trim_end_matches('.')));
        controls.extend(offer.controls);
    }
    Ok(OfferedAction {
        name,
        label,
        hint: hints.join(" "),
        controls,
    })
}

/// The fields that an action changes, with their new values.
///
/// # Errors
/// `NotFound` if the ticket moved to a component that does not exist, or a
/// database that fails.
pub(crate) fn changes(
    user: &ActionUser<'_>,
    ticket: &Ticket,
    action: &ActionName,
) -> Result<Vec<ControlledChange>> {
    let mut changes = Vec::new();
    for controller in ticket.definitions().controllers() {
        let wanted = controller.changes(user, ticket, action)?.into_iter();
        changes.extend(wanted.map(|(field, value)| ControlledChange {
            controller: controller.name().to_owned(),
            field,
            value,
        }));
    }
    Ok(changes)
}
