//! `ticket.version.*`.

use tracrpc_env::{Actor, Error};
use tracrpc_tickets::version::{self, Version, VersionChange};
use tracrpc_translation::message;
use tracrpc_wire::{Struct, Value};

use super::attribute::{self, text, time, time_or_zero};
use super::{Nouns, existing};
use crate::method::Namespace;

const NOUNS: Nouns = Nouns {
    one: "version",
    many: "versions",
    content: "attributes",
    these: "these",
    content_type: "struct",
};

pub(super) fn namespace() -> Namespace {
    let documentation = "The versions of the project in which tickets were found. A version has \
                         the attributes `name`, `time` (a date, or 0 for none) and `description`.";
    Namespace::new("ticket.version", documentation)
        .method(NOUNS.get_all(get_all))
        .method(NOUNS.get(get))
        .method(NOUNS.delete(delete))
        .method(NOUNS.create(create))
        .method(NOUNS.update(update))
}

fn get_all(actor: &Actor) -> Result<Vec<String>, Error> {
    let all = version::list(actor.env())?;
    Ok(all.into_iter().map(|version| version.name).collect())
}

fn get(actor: &Actor, name: Option<String>) -> Result<Struct, Error> {
    let version = match name.as_deref().unwrap_or_default() {
        "" => Version::default(),
        name => version::get(actor.env(), name)?,
    };
    let mut attributes = Struct::new();
    attributes.insert("name", version.name);
    attributes.insert("time", time_or_zero(version.time));
    attributes.insert("description", version.description);
    Ok(attributes)
}

fn delete(actor: &Actor, name: Option<String>) -> Result<(), Error> {
    version::delete(
        actor.env(),
        &existing(name, || message!("Cannot delete non-existent version."))?,
    )
}

fn create(actor: &Actor, name: Value, attributes: Struct) -> Result<(), Error> {
    let version = Version {
        name: attribute::name(&attributes, "name")?
            .map_or_else(|| attribute::new_name(&name), Ok)?,
        time: time(&attributes, "time")?.flatten(),
        description: text(&attributes, "description")?.unwrap_or_default(),
    };
    version::create(actor.env(), &version)
}

fn update(actor: &Actor, name: Option<String>, attributes: Struct) -> Result<(), Error> {
    let name = existing(name, || message!("Cannot update non-existent version."))?;
    let change = VersionChange {
        name: attribute::name(&attributes, "name")?,
        time: time(&attributes, "time")?,
        description: text(&attributes, "description")?,
    };
    version::update(actor.env(), &name, &change)
}
