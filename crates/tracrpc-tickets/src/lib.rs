//! Tickets, and what stands around them: their workflow, the query language, and
//! the enums, milestones, components and versions that their fields are chosen from.

mod assign;
pub mod component;
pub mod enums;
pub mod milestone;
pub mod query;
pub mod ticket;
pub mod version;

use tracrpc_env::Extensions;

/// Adds Trac's own workflow, and what is kept of tickets.
pub fn register(extensions: &mut Extensions) {
    query::register(extensions);
    ticket::register(extensions);
}
