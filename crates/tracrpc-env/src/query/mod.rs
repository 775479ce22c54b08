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
mod href;
mod memory;
mod number;
mod ranges;
mod result;
mod sql;
mod syntax;
mod tree;
mod words;

pub(crate) use cache::QueryCache;
pub(crate) use columns::WATCHED;
pub use condition::{Column, Comparison, Condition, Place};
pub use href::{group_url, narrowed_url, shown_columns, url};
pub(crate) use memory::TicketMemory;
pub use result::{count, run, tickets};
pub use tree::{Order, Query};
