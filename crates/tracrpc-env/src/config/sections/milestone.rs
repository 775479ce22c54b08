//! `[milestone]`

use super::section;

section! {
    /// Milestones.
    MilestoneSection = "milestone" {
        /// The field that the tickets of a milestone are grouped by.
        default_group_by: String = "component",
        /// Where the tickets of a closed or deleted milestone go.
        default_retarget_to: String = "",
        /// What counts the tickets of a milestone.
        stats_provider: String = "DefaultTicketGroupStatsProvider",
    }
}
