//! `timeline:` links.

use tracrpc_translation::message;

use super::{Link, Scope};
use crate::href::{concat_link, split_link};

pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (path, query, fragment) = split_link(link.target);
    let date = match scope.context.resolver.timeline_date(path) {
        Ok(date) => date,
        Err(error) => {
            return link
                .anchor("timeline missing")
                .attribute("title", &error)
                .to_html();
        }
    };
    let mut parameters = vec![("from", date.as_str())];
    parameters.extend(precision(path).map(|precision| ("precision", precision)));
    let href = concat_link(
        &scope.context.path_href.url(&["timeline"], &parameters),
        query,
        fragment,
    );
    let title = message!("See timeline at %(absolutetime)s", absolutetime = &date);
    let title = title.in_language(scope.context.catalog);
    let label = if link.label.is_empty() {
        &date
    } else {
        link.label
    };
    let link = Link { label, ..*link };
    link.anchor("timeline")
        .attribute("href", &href)
        .attribute("title", &title)
        .to_html()
}

/// How precise the time of day is, by its length.
fn precision(path: &str) -> Option<&'static str> {
    let (_, time) = path.split_once('T')?;
    let time = time.split('Z').next().unwrap_or_default();
    match time.chars().count() {
        6.. => Some("seconds"),
        4.. => Some("minutes"),
        2.. => Some("hours"),
        _ => None,
    }
}
