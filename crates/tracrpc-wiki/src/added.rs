//! What others add to links: namespaces, and realms of things to which files are attached.

use crate::context::Context;

/// What writes the links of a namespace that Trac does not have, such as `tag:x`:
/// `trac/wiki/api.py: IWikiSyntaxProvider.get_link_resolvers`.
pub trait LinkResolver: Send + Sync {
    /// What stands before the colon.
    fn namespace(&self) -> &str;

    /// The HTML of a link; none if it stays text.
    fn link(&self, call: &LinkCall<'_>) -> Option<String>;
}

/// One link of an added namespace.
pub struct LinkCall<'a> {
    /// What stands behind the colon.
    pub target: &'a str,
    /// What to show, as text.
    pub label: &'a str,
    /// The surroundings.
    pub context: &'a Context<'a>,
}

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
