//! What happens to pages, for those who want to know.

use super::Page;

/// Something that happened to a page: what `IWikiChangeListener` of
/// `trac/wiki/api.py` is told.
#[derive(Clone, Debug)]
pub struct PageEvent {
    /// The page in its latest version, or as it was before it was deleted.
    pub page: Page,
    /// What happened.
    pub kind: PageEventKind,
}

/// What can happen to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageEventKind {
    /// It was made.
    Created,
    /// It has a new text, or became read-only or ceased to be.
    Changed,
    /// It is gone, with all its versions.
    Deleted,
    /// A version of it is gone.
    VersionDeleted(i64),
    /// It has another name.
    Renamed {
        /// The name that it had.
        old_name: String,
    },
}
