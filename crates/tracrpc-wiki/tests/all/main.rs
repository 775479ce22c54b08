//! Tests of the wiki engine from the outside.

mod hostile;
mod spec;
