//! Links of namespaces that others add.

use super::{Link, Scope};
use crate::context::Context;
use crate::html::escape_attribute;

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

/// Writes a link if its namespace is an added one. It is asked in the second pass only.
pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> Option<String> {
    let resolver = scope.context.extensions.find_link(link.namespace)?;
    if scope.session.postpone() {
        return Some(String::new());
    }
    let written = resolver.link(&LinkCall {
        target: link.target,
        label: link.label,
        context: scope.context,
    });
    Some(written.unwrap_or_else(|| escape_attribute(link.matched)))
}
