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
//!         .signatures(&["string", "string,string"])
//!         .parameters(&["greeting=\"Good morning\""])
//!         .doc("Greets the caller."),
//! );
//! let registry = Registry::new(builtin().into_iter().chain([hello]))?;
//! assert!(registry.method("hello.greet").is_some());
//! # Ok(()) }
//! ```

mod argument;
mod attachment_name;
mod callable;
mod fault;
mod method;
mod registry;
mod search;
mod system;
mod ticket;
mod ticket_enum;
mod wiki;

pub use argument::{Arguments, FromArgument, Refusal, Since};
pub use callable::{Callable, IntoOutcome, IntoOutput};
pub use fault::{IntoFault, fault_from};
pub use method::{Method, Namespace, Parameter};
pub use registry::{Registry, RegistryError, Scope};

/// The namespaces of Trac's remote API, in the order in which they are listed.
pub fn builtin() -> Vec<Namespace> {
    let mut namespaces = vec![system::namespace(), ticket::namespace()];
    namespaces.extend(ticket_enum::namespaces());
    namespaces.extend([wiki::namespace(), search::namespace()]);
    namespaces
}
