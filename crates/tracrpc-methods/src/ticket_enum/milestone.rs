//! `ticket.milestone.*`.

use tracrpc_env::{Actor, Error};
use tracrpc_tickets::milestone::{self, Milestone, MilestoneChange};
use tracrpc_translation::message;
use tracrpc_wire::{Struct, Value};

use super::Nouns;
use super::attribute::{self, text, time, time_or_zero};
use crate::method::Namespace;

const NOUNS: Nouns = Nouns {
    one: "milestone",
    many: "milestones",
    content: "attributes",
    these: "these",
    content_type: "struct",
};

pub(super) fn namespace() -> Namespace {
    let documentation = "The milestones to which tickets are planned. A milestone has the \
                         attributes `name`, `due` and `completed` (dates, or 0 for none) and \
                         `description`.";
    Namespace::new("ticket.milestone", documentation)
        .method(NOUNS.get_all(get_all))
        .method(NOUNS.get(get))
        .method(NOUNS.delete(delete))
        .method(NOUNS.create(create))
        .method(NOUNS.update(update))
}

fn get_all(actor: &Actor) -> Result<Vec<String>, Error> {
    let all = milestone::list(actor.env())?;
    Ok(all.into_iter().map(|milestone| milestone.name).collect())
}

fn get(actor: &Actor, name: Option<String>) -> Result<Struct, Error> {
    let milestone = match name.as_deref().unwrap_or_default() {
        "" => Milestone::default(),
        name => milestone::get(actor.env(), name)?,
    };
    let mut attributes = Struct::new();
    attributes.insert("name", milestone.name);
    attributes.insert("due", time_or_zero(milestone.due));
    attributes.insert("completed", time_or_zero(milestone.completed));
    attributes.insert("description", milestone.description);
    Ok(attributes)
}

/// A milestone without a name can be deleted: nothing happens.
fn delete(actor: &Actor, name: Option<String>) -> Result<(), Error> {
    match name.as_deref().unwrap_or_default() {
        "" => Ok(()),
        name => milestone::delete(actor.env(), name),
    }
}

fn create(actor: &Actor, name: Value, attributes: Struct) -> Result<(), Error> {
    let milestone = Milestone {
        name: attribute::name(&attributes, "name")?
            .map_or_else(|| attribute::new_name(&name), Ok)?,
        due: time(&attributes, "due")?.flatten(),
        completed: time(&attributes, "completed")?.flatten(),
        description: text(&attributes, "description")?.unwrap_or_default(),
    };
    milestone::create(actor.env(), &milestone)
}

/// A new name goes into the history of tickets without an author, as the
/// plugin names none.
fn update(actor: &Actor, name: Option<String>, attributes: Struct) -> Result<(), Error> {
    let change = MilestoneChange {
        name: attribute::name(&attributes, "name")?,
        due: time(&attributes, "due")?,
        completed: time(&attributes, "completed")?,
        description: text(&attributes, "description")?,
    };
    match name.as_deref().unwrap_or_default() {
        "" => update_nothing(&change),
        name => milestone::update(actor.env(), name, &change, None),
    }
}

/// Trac lets a milestone without a name be given one, and changes nothing.
fn update_nothing(change: &MilestoneChange) -> Result<(), Error> {
    match change.name.as_deref().unwrap_or_default().trim() {
        "" => Err(Error::invalid(message!("Invalid milestone name."))),
        _ => Ok(()),
    }
}
