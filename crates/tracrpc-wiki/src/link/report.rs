//! `report:` links.

use super::{Link, Scope};
use crate::href::split_link;

pub(crate) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (id, query, _) = split_link(link.target);
    let report = scope.session.report(id);
    if scope.session.is_in_vain() {
        return String::new();
    }
    let catalog = scope.context.catalog;
    match report {
        None => link
            .anchor("missing report")
            .attribute("title", catalog.gettext("report does not exist"))
            .to_html(),
        Some(false) => link
            .anchor("forbidden report")
            .attribute("title", catalog.gettext("no permission to view report"))
            .to_html(),
        Some(true) => {
            let href = scope.context.href.url(&["report", id], &[]) + query;
            link.anchor("report").attribute("href", &href).to_html()
        }
    }
}
