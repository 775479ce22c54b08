//! Realms of things that others add.

use crate::context::Context;

/// What knows the things of a realm that Trac does not have:
/// `trac/resource.py: IResourceManager`. Files that are attached to them can be linked to.
pub trait RealmManager: Send + Sync {
    /// The name of the realm.
    fn realm(&self) -> &str;

    /// Where a thing is shown and what it is called; none if nobody can tell.
    fn describe(&self, id: &str, context: &Context<'_>) -> Option<Described>;
}

/// A thing of an added realm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// The path below the environment, not quoted; none for `/realm/id`.
    pub path: Option<String>,
    /// What it is called; none for `realm:id`.
    pub name: Option<String>,
}
