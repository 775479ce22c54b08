//! `[ticket]`

use super::section;
use crate::config::value::Checked;

section! {
    /// New tickets and their limits.
    TicketSection = "ticket" {
        /// The fields that may be emptied, though they have a list of values.
        allowed_empty_fields: Vec<String> = "milestone,version",
        /// The recipients of copies, for new tickets.
        default_cc: String = "",
        /// The component of new tickets.
        default_component: String = "",
        /// The description of new tickets.
        default_description: String = "",
        /// The keywords of new tickets.
        default_keywords: String = "",
        /// The milestone of new tickets.
        default_milestone: String = "",
        /// The owner of new tickets; `< default >` for the component's owner.
        default_owner: String = "< default >",
        /// The priority of new tickets.
        default_priority: String = "major",
        /// The resolution that is offered first.
        default_resolution: String = "fixed",
        /// The severity of new tickets.
        default_severity: String = "",
        /// The summary of new tickets.
        default_summary: String = "",
        /// The type of new tickets.
        default_type: String = "defect",
        /// The version of new tickets.
        default_version: String = "",
        /// The longest comment, in characters.
        max_comment_size: Checked<i64> = "262144",
        /// The longest description, in characters.
        max_description_size: Checked<i64> = "262144",
        /// The longest summary, in characters.
        max_summary_size: Checked<i64> = "262144",
        /// Whether line breaks show in comments and descriptions: a truth, or
        /// `default` for those of newer environments.
        preserve_newlines: String = "default",
        /// Whether an owner is chosen from the users that may have tickets.
        restrict_owner: bool = "disabled",
        /// What says which actions a ticket has.
        workflow: Vec<String> = "ConfigurableTicketWorkflow",
    }
}
