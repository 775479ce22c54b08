//! `[search]`

use super::section;
use crate::config::value::Checked;

section! {
    /// The search.
    SearchSection = "search" {
        /// The filters that are off unless asked for.
        default_disabled_filters: Vec<String> = "",
        /// The least number of characters to search for.
        min_query_length: Checked<i64> = "3",
    }
}
