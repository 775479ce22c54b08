//! Wiki pages, and the files that are attached to pages, tickets and milestones.

pub mod attachment;
pub mod page;
