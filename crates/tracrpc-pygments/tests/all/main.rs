//! Tests of the crate.

mod hostile;
mod samples;
