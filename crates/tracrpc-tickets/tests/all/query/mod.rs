//! The query language.

mod answers;
mod hostile;
mod world;
