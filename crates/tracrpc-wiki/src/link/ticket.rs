//! `ticket:` links: one ticket, or a range of them.

use tracrpc_translation::message;

use super::ranges::Ranges;
use super::{Link, Scope};
use crate::href::split_link;
use crate::html::anchor;
use crate::resolver::TicketAnswer;
use crate::text::shorten;

/// The greatest number of a ticket.
const MAX_ID: i128 = 1 << 31;

pub(crate) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (path, query, fragment) = split_link(link.target);
    let missing = || link.anchor("missing ticket").to_html();
    let Some(ranges) = Ranges::parse(path) else {
        return missing();
    };
    let Some(id) = ranges.single() else {
        return range_link(scope, link, &ranges, query);
    };
    let id = if (1..=MAX_ID).contains(&id) {
        i64::try_from(id).ok()
    } else {
        None
    };
    let found = id.and_then(|id| {
        scope
            .session
            .ticket(id)
            .filter(|ticket| ticket.viewable)
            .map(|ticket| (id, ticket))
    });
    if scope.session.is_in_vain() {
        return String::new();
    }
    let Some((id, ticket)) = found else {
        return missing();
    };
    let id = id.to_string();
    let mut href = scope.context.href.url(&["ticket", &id], &[]);
    href.extend([query, fragment]);
    // Python writes `None` for what is not there.
    let class = [ticket.status.as_deref().unwrap_or("None"), " ticket"].concat();
    let title = ["#", &id, ": ", &summary(ticket)].concat();
    let attributes = [
        ("class", class.as_str()),
        ("href", &href),
        ("title", &title),
    ];
    anchor(&attributes, "", link.label)
}

fn range_link(scope: Scope<'_>, link: &Link<'_>, ranges: &Ranges, query: &str) -> String {
    let ranges = ranges.to_string();
    let mut href = scope.context.href.url(&["query"], &[("id", &ranges)]);
    if let Some(query) = query.strip_prefix('?') {
        href.extend(["&", query]);
    }
    let label = link.label.replace(',', ",\u{200b}");
    let title = message!("Tickets %(ranges)s", ranges = ranges.replace(',', ", "));
    let title = title.in_language(scope.context.catalog);
    let link = Link {
        label: &label,
        ..*link
    };
    link.anchor("")
        .attribute("href", &href)
        .attribute("title", &title)
        .to_html()
}

/// `type: summary (status: resolution)`.
pub(super) fn summary(ticket: &TicketAnswer) -> String {
    let mut text = shorten(&ticket.summary).into_owned();
    if !ticket.kind.is_empty() {
        text = [&ticket.kind, ": ", &text].concat();
    }
    let status = ticket.status.as_deref().unwrap_or_default();
    match (status, ticket.resolution.as_str()) {
        ("", _) => text,
        ("closed", resolution) if !resolution.is_empty() => {
            [&text, " (closed: ", resolution, ")"].concat()
        }
        (status, _) => [&text, " (", status, ")"].concat(),
    }
}
