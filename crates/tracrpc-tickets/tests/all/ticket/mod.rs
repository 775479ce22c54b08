//! Tickets: making, changing, the workflow, what is left behind.

mod create;
mod fields;
mod update;
mod workflow;
