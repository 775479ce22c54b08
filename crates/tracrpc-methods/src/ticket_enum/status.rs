//! `ticket.status.*`: the states come from the workflow, and the methods that
//! would change them do nothing.

use tracrpc_env::{Actor, Error};
use tracrpc_tickets::ticket;
use tracrpc_wire::Value;

use super::Nouns;
use crate::method::{Method, Namespace};

const NOUNS: Nouns = Nouns {
    one: "state",
    many: "states that the workflow knows",
    content: "attributes",
    these: "these",
    content_type: "struct",
};

const DEPRECATED: &str =
    "Does nothing. It is kept for old clients: the workflow defines the states.";

pub(super) fn namespace() -> Namespace {
    let deprecated = |method: Method| method.doc(DEPRECATED);
    Namespace::new(
        "ticket.status",
        "The states of tickets, as the workflow defines them.",
    )
    .method(NOUNS.get_all(get_all))
    .method(deprecated(NOUNS.get(get)))
    .method(deprecated(NOUNS.delete(delete)))
    .method(deprecated(NOUNS.create(change)))
    .method(deprecated(NOUNS.update(change)))
}

fn get_all(actor: &Actor) -> Result<Vec<String>, Error> {
    ticket::states(actor.env())
}

fn get(_: &Actor, _name: Value) -> Result<String, Error> {
    Ok("0".to_owned())
}

fn delete(_: &Actor, _name: Value) -> Result<(), Error> {
    Ok(())
}

fn change(_: &Actor, _name: Value, _attributes: Value) -> Result<(), Error> {
    Ok(())
}
