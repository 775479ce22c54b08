//! What happens to milestones, for those who want to know.

use super::model::Milestone;

/// Something that happened to a milestone: what
/// `IMilestoneChangeListener` of `trac/ticket/api.py` is told.
#[derive(Clone, Debug, PartialEq)]
pub enum MilestoneEvent {
    /// It was made.
    Created(Milestone),
    /// It was changed.
    Changed {
        /// What it is now.
        milestone: Milestone,
        /// What it was.
        old: Milestone,
    },
    /// It is gone.
    Deleted(Milestone),
}
