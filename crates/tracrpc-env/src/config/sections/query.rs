//! `[query]`

use super::section;
use crate::config::value::Checked;

section! {
    /// Ticket queries.
    QuerySection = "query" {
        /// What users that are not logged in see without a query of their own.
        default_anonymous_query: String = "status!=closed&cc~=$USER",
        /// What users see without a query of their own.
        default_query: String = "status!=closed&owner=$USER",
        /// The number of tickets on a page; 0 for all.
        items_per_page: Checked<i64> = "100",
        /// The query behind the links of a ticket's fields.
        ticketlink_query: String = "?status=!closed",
    }
}
