//! Which headings an outline has.

/// Which headings an outline has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutlineOptions {
    /// The highest level of headings, 1 to 6.
    pub min_depth: usize,
    /// The lowest level of headings, 1 to 6.
    pub max_depth: usize,
    /// Headings are cut to 75 characters.
    pub shorten: bool,
}

impl Default for OutlineOptions {
    fn default() -> Self {
        OutlineOptions {
            min_depth: 1,
            max_depth: 6,
            shorten: true,
        }
    }
}
