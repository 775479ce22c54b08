//! Tests of the wiki engine from the outside.

mod hostile;
mod oracle;
mod spec;
mod structure;
