//! An update by an action of the workflow: what Trac's ticket page would do
//! with the same input.

use tracrpc_env::text::{escape, python_repr};
use tracrpc_env::{Actor, Error, Result};
use tracrpc_translation::{Catalog, message};

use super::input::TicketInput;
use super::model::Ticket;
use super::name::ActionName;
use super::update::Update;
use super::validate::{Submission, validate};
use super::value::{FieldValue, GivenValue};
use super::warnings::Warnings;
use super::workflow::{self, ActionUser, ControlledChange};

/// Applies the values and the action to the ticket in memory, if both are
/// allowed and valid.
///
/// # Errors
/// `Invalid` with the texts of all that is wrong.
pub(super) fn prepare(
    actor: &Actor,
    ticket: &mut Ticket,
    update: &Update,
    action: &GivenValue,
) -> Result<ActionName> {
    let seen = seen_time(ticket, update)?;
    let user = ActionUser::of_call(actor);
    let action = available(&user, ticket, action)?;
    for (name, value) in update.input.values() {
        if name != "status" && ticket.fields().contains(name) {
            ticket.set(name, value.clone())?;
        }
    }
    let user = ActionUser::of_update(actor, &update.input);
    let outcome = workflow::changes(&user, ticket, &action)?;
    let mut warnings = Warnings::default();
    for problem in conflicts(ticket, &update.input, &outcome, actor.catalog()) {
        warnings.add(escape(&format!("Rpc ticket.update: {problem}")));
    }
    let submitted = ticket.changed_values();
    let submission = Submission {
        comment: update.comment.as_deref(),
        seen,
        input: &update.input,
    };
    if !validate(actor, ticket, &submission, &mut warnings)? {
        return Err(Error::invalid(warnings.join()));
    }
    // Trac sets everything as it was submitted, past what the validation made
    // of it: a date in text is refused after all.
    for (field, value) in submitted {
        ticket.set_again(field, value);
    }
    for change in outcome {
        ticket.set(&change.field, change.value)?;
    }
    Ok(action)
}

/// The time of the change that the caller has seen, the present one if it
/// does not say.
fn seen_time(ticket: &Ticket, update: &Update) -> Result<i64> {
    let Some(seen) = &update.input.token else {
        return Ok(ticket.changetime());
    };
    seen.to_int().ok_or_else(|| {
        let literal = match seen {
            GivenValue::Text(text) => python_repr(text),
            other => other.display(),
        };
        Error::invalid(format!(
            "RPC ticket.update: Wrong '_ts' token in attributes ({literal})."
        ))
    })
}

/// The action that the caller names, if it may be taken.
fn available(user: &ActionUser<'_>, ticket: &Ticket, action: &GivenValue) -> Result<ActionName> {
    if let GivenValue::Text(name) = action {
        let mut available = workflow::available_actions(user, ticket)?.into_iter();
        if let Some(action) = available.find(|known| **known == **name) {
            return Ok(action);
        }
    }
    Err(Error::invalid(format!(
        "Rpc: Ticket {} by {} invalid action '{}'",
        ticket.id().unwrap_or_default(),
        user.actor().authname(),
        action.display(),
    )))
}

/// Fields that the caller sets to one value and the action to another. Trac
/// only says so when something else is wrong too; the action wins.
fn conflicts(
    ticket: &Ticket,
    input: &TicketInput,
    outcome: &[ControlledChange],
    catalog: &Catalog,
) -> Vec<String> {
    let contested = outcome.iter().filter(|change| {
        let wanted = || ticket.get(&change.field).cloned().unwrap_or_default();
        ticket.old_values().contains_key(&change.field)
            && GivenValue::from(wanted()) != change.value
    });
    contested
        .map(|change| {
            let (field, value) = (&change.field, &change.value);
            let wanted = match ticket.get(field) {
                Some(FieldValue::Text(text)) => text.clone(),
                _ => input
                    .get(field)
                    .map_or_else(String::new, GivenValue::display),
            };
            let problem = message!(
                "%(controller1)s changed \"%(key)s\" to \"%(val1)s\", but %(controller2)s changed \
                 it to \"%(val2)s\".",
                controller1 = &change.controller,
                key = field.as_str(),
                val1 = value.display(),
                controller2 = "user",
                val2 = wanted,
            );
            problem.in_language(catalog)
        })
        .collect()
}
