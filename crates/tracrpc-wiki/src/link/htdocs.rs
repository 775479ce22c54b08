//! `htdocs:` links: files of the site.

use super::{Link, Scope};
use crate::href::split_link;
use crate::html::Element;

pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (path, query, fragment) = split_link(link.target);
    let href = format!(
        "{}{query}{fragment}",
        scope.context.href.url(&["chrome", "site", path], &[])
    );
    Element::new("a")
        .attribute("href", &href)
        .text(link.label)
        .to_html()
}
