//! `[search]`

use super::section;

section! {
    /// The search.
    SearchSection = "search" {
        /// The filters that are off unless asked for.
        default_disabled_filters: Vec<String> = "",
        /// The least number of characters to search for.
        min_query_length: i64 = "3",
    }
}
