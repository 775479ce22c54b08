//! The methods of Trac's remote API, callable without a protocol or a server.
//!
//! A method is a typed plain function and one row that names it (see
//! [`Method`]). From the row everything else is derived: the list of methods,
//! their help and signatures, the check of permissions, the number and the
//! types of the arguments, the documentation page.
//!
//! The namespaces that are built in register through the same door as those
//! of an extension:
//!
//! ```no_run
//! # fn main() -> Result<(), tracrpc_methods::RegistryError> {
//! use tracrpc_env::{Actor, Result};
//! use tracrpc_methods::{Method, Namespace, Registry, builtin};
//!
//! fn greet(actor: &Actor, greeting: String) -> Result<String> {
//!     Ok(format!("{greeting}, {}", actor.authname()))
//! }
//!
//! let hello = Namespace::new("hello", "Greetings.").method(
//!     Method::new("greet", greet)
//!         .returns("string")
//!         .parameters(&["string greeting=\"Good morning\""])
//!         .doc("Greets the caller."),
//! );
//! let registry = Registry::new(builtin().into_iter().chain([hello]))?;
//! assert!(registry.method("hello.greet").is_some());
//! # Ok(()) }
//! ```

mod argument;
mod attachment_name;
mod callable;
mod cost;
mod effect;
mod fault;
mod layer;
mod method;
mod plugin;
mod read_only;
mod registry;
mod search;
mod system;
mod ticket;
mod ticket_enum;
mod user_tokens;
mod wiki;

use std::sync::Arc;

use tracrpc_env::Extensions;

pub use argument::{Arguments, FromArgument, Refusal, Since};
pub use callable::{Callable, IntoOutcome, IntoOutput};
pub use cost::{Cost, HEAVY, MANY_CALLS};
pub use effect::Effect;
pub use fault::{IntoFault, fault_from};
pub use layer::{Layer, Next, Refused};
pub use method::{Method, Namespace, Parameter};
pub use read_only::{ReadOnly, is_read_only};
pub use registry::{Registry, RegistryError, Scope, Tell};

/// The namespaces that this program has, in the order in which they are listed: those of
/// Trac's remote API, and others.
pub fn builtin() -> Vec<Namespace> {
    let mut namespaces = vec![system::namespace(), ticket::namespace()];
    namespaces.extend(ticket_enum::namespaces());
    namespaces.extend([wiki::namespace(), search::namespace(), plugin::namespace()]);
    namespaces.push(user_tokens::namespace());
    let namespaces = namespaces.into_iter();
    namespaces
        .map(|namespace| match component_of(namespace.name()) {
            Some(component) => namespace.component(component),
            None => namespace,
        })
        .collect()
}

/// Adds the methods of Trac's remote API and its two protocols to what
/// environments have, and what refuses to write where nothing may be changed.
pub fn register(extensions: &mut Extensions) {
    extensions.add::<dyn Layer>(Arc::new(read_only::RefuseWrites));
    for namespace in builtin() {
        extensions.add(Arc::new(namespace));
    }
    for protocol in tracrpc_wire::builtin_protocols() {
        extensions.add(protocol);
    }
}

/// The component of Trac's plugin that has a namespace.
fn component_of(namespace: &str) -> Option<&'static str> {
    let row = COMPONENTS.iter().find(|(name, _)| *name == namespace);
    row.map(|(_, component)| *component)
}

const COMPONENTS: [(&str, &str); 12] = [
    ("system", "tracrpc.api.XMLRPCSystem"),
    ("ticket", "tracrpc.ticket.TicketRPC"),
    ("ticket.status", "tracrpc.ticket.StatusRPC"),
    ("ticket.component", "tracrpc.ticket.ComponentRPC"),
    ("ticket.version", "tracrpc.ticket.VersionRPC"),
    ("ticket.milestone", "tracrpc.ticket.MilestoneRPC"),
    ("ticket.type", "tracrpc.ticket.TypeRPC"),
    ("ticket.resolution", "tracrpc.ticket.ResolutionRPC"),
    ("ticket.priority", "tracrpc.ticket.PriorityRPC"),
    ("ticket.severity", "tracrpc.ticket.SeverityRPC"),
    ("wiki", "tracrpc.wiki.WikiRPC"),
    ("search", "tracrpc.search.SearchRPC"),
];
