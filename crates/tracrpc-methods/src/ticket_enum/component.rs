//! `ticket.component.*`.

use tracrpc_env::{Actor, Error};
use tracrpc_tickets::component::{self, Component, ComponentChange};
use tracrpc_translation::message;
use tracrpc_wire::{Struct, Value};

use super::attribute::{self, text};
use super::{Nouns, existing};
use crate::method::Namespace;

const NOUNS: Nouns = Nouns {
    one: "component",
    many: "components",
    content: "attributes",
    these: "these",
    content_type: "struct",
};

pub(super) fn namespace() -> Namespace {
    let documentation = "The parts of the project that tickets are about. A component has the \
                         attributes `name`, `owner` and `description`.";
    Namespace::new("ticket.component", documentation)
        .method(NOUNS.get_all(get_all))
        .method(NOUNS.get(get))
        .method(NOUNS.delete(delete))
        .method(NOUNS.create(create))
        .method(NOUNS.update(update))
}

fn get_all(actor: &Actor) -> Result<Vec<String>, Error> {
    let all = component::list(actor.env())?;
    Ok(all.into_iter().map(|component| component.name).collect())
}

fn get(actor: &Actor, name: Option<String>) -> Result<Struct, Error> {
    let component = match name.as_deref().unwrap_or_default() {
        "" => Component::default(),
        name => component::get(actor.env(), name)?,
    };
    let mut attributes = Struct::new();
    attributes.insert("name", component.name);
    attributes.insert("owner", component.owner);
    attributes.insert("description", component.description);
    Ok(attributes)
}

fn delete(actor: &Actor, name: Option<String>) -> Result<(), Error> {
    component::delete(
        actor.env(),
        &existing(name, || message!("Cannot delete non-existent component."))?,
    )
}

fn create(actor: &Actor, name: Value, attributes: Struct) -> Result<(), Error> {
    let component = Component {
        name: attribute::name(&attributes, "name")?
            .map_or_else(|| attribute::new_name(&name), Ok)?,
        owner: attribute::name(&attributes, "owner")?.unwrap_or_default(),
        description: text(&attributes, "description")?.unwrap_or_default(),
    };
    component::create(actor.env(), &component)
}

fn update(actor: &Actor, name: Option<String>, attributes: Struct) -> Result<(), Error> {
    let name = existing(name, || message!("Cannot update non-existent component."))?;
    let change = ComponentChange {
        name: attribute::name(&attributes, "name")?,
        owner: attribute::name(&attributes, "owner")?,
        description: text(&attributes, "description")?,
    };
    component::update(actor.env(), &name, &change)
}
