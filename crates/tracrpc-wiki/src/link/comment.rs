//! `comment:` links: `comment:1`, `comment:1:ticket:2`, `comment:description:ticket:2`.

use tracrpc_translation::message;

use super::ranges::parse_int;
use super::ticket::summary;
use super::{Link, Scope};
use crate::chars::is_digit_of_any_style;
use crate::html::escape_text;

pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    match find(scope, link.target) {
        Some((id, comment)) => write(scope, link, id, comment),
        None => escape_text(link.label),
    }
}

/// The ticket and the comment that a target means.
fn find<'a>(scope: Scope<'_>, target: &'a str) -> Option<(i64, &'a str)> {
    let parts: Vec<&str> = target.split(':').collect();
    let (comment, realm, id) = match parts[..] {
        [comment] => {
            let at_hand = scope.context.resource.as_ref()?;
            (comment, at_hand.realm.as_str(), at_hand.id.as_str())
        }
        [realm, id, comment]
            if realm != "description"
                && !realm.is_empty()
                && !realm.starts_with(is_digit_of_any_style) =>
        {
            (comment, realm, id)
        }
        [comment, realm, id] => (comment, realm, id),
        _ => return None,
    };
    let id = parse_int(id)
        .and_then(|id| i64::try_from(id).ok())
        .filter(|id| *id != 0)?;
    let is_comment = comment == "description"
        || (!comment.is_empty() && comment.chars().all(is_digit_of_any_style));
    (matches!(realm, "ticket" | "bug" | "issue") && is_comment).then_some((id, comment))
}

fn write(scope: Scope<'_>, link: &Link<'_>, id: i64, comment: &str) -> String {
    let catalog = scope.context.catalog;
    let is_description = comment == "description";
    let has_comment = is_description || scope.session.has_comment(id, comment);
    let Some(ticket) = scope.session.ticket(id) else {
        if scope.session.is_in_vain() {
            return String::new();
        }
        return link
            .anchor("missing ticket")
            .attribute("title", catalog.gettext("ticket does not exist"))
            .to_html();
    };
    if !has_comment {
        return link
            .anchor("missing ticket")
            .attribute("title", catalog.gettext("ticket comment does not exist"))
            .to_html();
    }
    if !ticket.viewable {
        return link
            .anchor("forbidden ticket")
            .attribute("title", catalog.gettext("no permission to view ticket"))
            .to_html();
    }
    let id = id.to_string();
    let href = format!(
        "{}#comment:{comment}",
        scope.context.href.url(&["ticket", &id], &[])
    );
    let is_at_hand = scope
        .context
        .resource
        .as_ref()
        .is_some_and(|at_hand| at_hand.id == id);
    let anchor = if is_at_hand {
        let title = match is_description {
            true => message!("Description"),
            false => message!("Comment %(cnum)s", cnum = comment),
        };
        let title = title.in_language(catalog);
        link.anchor("ticket").attribute("title", &title)
    } else {
        let summary = summary(ticket);
        let title = match is_description {
            true => message!(
                "Description for #%(id)s: %(summary)s",
                id = &id,
                summary = summary
            ),
            false => message!(
                "Comment %(cnum)s for #%(id)s: %(summary)s",
                cnum = comment,
                id = &id,
                summary = summary
            ),
        };
        let title = title.in_language(catalog);
        let status = ticket.status.as_deref().unwrap_or_default();
        link.anchor(&format!("{status} ticket"))
            .attribute("title", &title)
    };
    anchor.attribute("href", &href).to_html()
}
