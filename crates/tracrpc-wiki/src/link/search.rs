//! `search:` links.

use super::{Link, Scope};
use crate::href::{quote_query_string, split_link};

pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (path, query, fragment) = split_link(link.target);
    let mut url;
    if path.is_empty() {
        url = scope.context.href.url(&["search"], &[]);
        url.push_str(&quote_query_string(query));
    } else {
        url = scope.context.href.url(&["search"], &[("q", path)]);
        if let Some(query) = query.strip_prefix('?') {
            url.push('&');
            url.push_str(&quote_query_string(query));
        }
    }
    url.push_str(fragment);
    link.anchor("search").attribute("href", &url).to_html()
}
