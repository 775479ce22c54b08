//! Tests of the wiki engine from the outside.

mod hostile;
mod linear;
mod oracle;
mod spec;
mod structure;
