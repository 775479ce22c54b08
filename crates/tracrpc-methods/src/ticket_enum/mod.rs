//! `ticket.component.*`, `ticket.version.*`, `ticket.milestone.*` and the lists
//! of values: what tickets choose from.
//!
//! All of them have the same five methods. Texts of errors are those of Trac's
//! models; an empty name stands for a thing that does not exist yet.

mod attribute;
mod component;
mod milestone;
mod status;
mod value;
mod version;

use tracrpc_env::Error;
use tracrpc_translation::Message;

use crate::callable::Callable;
use crate::method::{Method, Namespace};

/// The namespaces, in the order of Trac's plugin.
pub(crate) fn namespaces() -> Vec<Namespace> {
    let mut namespaces = vec![
        status::namespace(),
        component::namespace(),
        version::namespace(),
        milestone::namespace(),
    ];
    namespaces.extend(value::namespaces());
    namespaces
}

/// What the documentation calls things, and of what type they are.
#[derive(Clone, Copy)]
struct Nouns {
    /// One of them: `component`.
    one: &'static str,
    /// Several of them: `components`.
    many: &'static str,
    /// The second parameter: `attributes` or `value`.
    content: &'static str,
    /// What comes before it: `these` or `this`.
    these: &'static str,
    /// Its type.
    content_type: &'static str,
}

impl Nouns {
    fn parameter(self) -> String {
        format!("{} {}", self.content_type, self.content)
    }

    fn get_all<A>(self, function: impl Callable<A>) -> Method {
        Method::new("getAll", function)
            .reads()
            .permission("TICKET_VIEW")
            .returns("array")
            .doc(&format!("The names of all {}, in their order.", self.many))
    }

    fn get<A>(self, function: impl Callable<A>) -> Method {
        Method::new("get", function)
            .reads()
            .permission("TICKET_VIEW")
            .returns(self.content_type)
            .parameters(&["string name"])
            .doc(&format!("The {} of a {}.", self.content, self.one))
    }

    fn delete<A>(self, function: impl Callable<A>) -> Method {
        Method::new("delete", function)
            .permission("TICKET_ADMIN")
            .returns("int")
            .parameters(&["string name"])
            .doc(&format!(
                "Removes a {}. Tickets that have it keep its name.",
                self.one
            ))
    }

    fn create<A>(self, function: impl Callable<A>) -> Method {
        Method::new("create", function)
            .permission("TICKET_ADMIN")
            .returns("int")
            .parameters(&["string name", &self.parameter()])
            .doc(&format!(
                "Makes a {} with {} {}.",
                self.one, self.these, self.content
            ))
    }

    fn update<A>(self, function: impl Callable<A>) -> Method {
        Method::new("update", function)
            .permission("TICKET_ADMIN")
            .returns("int")
            .parameters(&["string name", &self.parameter()])
            .doc(&format!("Changes the {} of a {}.", self.content, self.one))
    }
}

/// A name that is not empty; without one, Trac's words for what is not there.
fn existing(name: Option<String>, otherwise: impl FnOnce() -> Message) -> Result<String, Error> {
    name.filter(|name| !name.is_empty())
        .ok_or_else(|| Error::invalid(otherwise()))
}
