//! `milestone:` links.

use super::{Link, Scope};
use crate::href::split_link;

pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (name, query, fragment) = split_link(link.target);
    if name.is_empty() && query.is_empty() && fragment.is_empty() {
        return String::new();
    }
    let milestone = scope.session.milestone(name);
    if scope.session.is_in_vain() {
        return String::new();
    }
    let href = format!(
        "{}{query}{fragment}",
        scope.context.href.url(&["milestone", name], &[])
    );
    if milestone.exists {
        if !milestone.viewable {
            return link.anchor("milestone").to_html();
        }
        let class = if milestone.completed {
            "closed milestone"
        } else {
            "milestone"
        };
        return link
            .anchor(class)
            .attribute("href", &href)
            .attribute("title", &milestone.title)
            .to_html();
    }
    if milestone.creatable {
        return link
            .anchor("missing milestone")
            .attribute("href", &href)
            .attribute("rel", "nofollow")
            .to_html();
    }
    link.anchor("milestone missing").to_html()
}
