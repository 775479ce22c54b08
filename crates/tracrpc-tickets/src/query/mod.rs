//! Trac's query language: text to a tree, the tree to one SQL statement.
//!
//! The rules are those of Trac's `TracQuery` as the real thing plays them
//! (`trac/ticket/query.py` of Trac 1.6), quirks included: scripts rely on
//! which tickets a query finds, and in which order.
//!
//! [`run`] answers `ticket.query`. The steps behind it: `syntax` splits the
//! text, `tree` gives it a meaning for the fields of an environment, `sql`
//! writes the statement, `result` cuts out the page, `cache` remembers.
//! `columns` answers most queries without the database; `memory` sees to it
//! that they are as the database is.
//!
//! No text of a user ever becomes SQL: names of fields are looked up, and all
//! values are parameters.

mod cache;
mod columns;
#[cfg(test)]
mod columns_test;
mod condition;
mod constraint;
mod cost;
mod href;
mod memory;
mod number;
mod ranges;
mod refusal;
mod result;
mod sql;
mod syntax;
mod tree;
mod words;

pub use condition::{Column, Comparison, Condition, Place};
pub use cost::cost;
pub use href::{group_url, narrowed_url, shown_columns, url};
pub use refusal::Refusal;
pub use result::{count, run, tickets};
pub use tree::{Order, Query};

use std::sync::Arc;

use tracrpc_env::{Environment, Extensions};

/// Has the database tell of what changes in the tables that are kept in memory.
pub(crate) fn register(extensions: &mut Extensions) {
    for watched in columns::WATCHED {
        extensions.add(Arc::new(*watched));
    }
}

/// Reads what most queries need into memory, so that already the
/// first one is answered from there. Takes some tenths of a second where
/// there are 100,000 tickets.
pub fn prepare(env: &Environment) {
    if env.db().can_watch() {
        env.slot::<memory::TicketMemory>().load(env);
    }
}
