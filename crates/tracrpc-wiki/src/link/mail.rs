//! Mail addresses and `mailto:` links.

use super::{Link, Scope};
use crate::context::Context;
use crate::html::{anchor, escape_text};
use crate::text::strip;

/// An address in the text: a link, or without its domain if the reader may not see it.
pub(crate) fn address(scope: Scope<'_>, address: &str) -> String {
    if scope.session.is_in_vain() {
        return String::new();
    }
    let shown = format_addresses(scope, address);
    if shown == address {
        mail_link(address, address)
    } else {
        escape_text(&shown)
    }
}

/// `[mailto:address label]`.
pub(super) fn mailto(scope: Scope<'_>, link: &Link<'_>) -> String {
    if scope.context.settings.never_obfuscate_mailto {
        return mail_link(link.target, link.label);
    }
    let target = format_addresses(scope, link.target);
    let label = format_addresses(scope, link.label);
    if target == link.target && label == link.label {
        return mail_link(link.target, link.label);
    }
    escape_text(if label.is_empty() { &target } else { &label })
}

fn mail_link(address: &str, label: &str) -> String {
    let href = ["mailto:", address].concat();
    let attributes = [("class", "mail-link"), ("href", href.as_str())];
    anchor(&attributes, super::external::ICON, label)
}

/// A list of users or addresses as the reader may see them.
fn format_addresses(scope: Scope<'_>, list: &str) -> String {
    if !list.contains([';', ',']) {
        return match strip(list) {
            "" => String::new(),
            item => format_author(scope, item),
        };
    }
    let items = list
        .split([';', ','])
        .map(strip)
        .filter(|item| !item.is_empty());
    items
        .map(|item| format_author(scope, item))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A user or address as the reader may see it.
pub(crate) fn format_author(scope: Scope<'_>, author: &str) -> String {
    shown_author(scope.context, author)
}

/// As [`format_author`], outside of links.
pub(crate) fn shown_author(context: &Context<'_>, author: &str) -> String {
    let settings = context.settings;
    let full_name = settings
        .show_full_names
        .then(|| context.resolver.full_name(author))
        .flatten();
    match full_name.filter(|name| !name.is_empty()) {
        Some(name) => name,
        None if settings.show_email_addresses || context.email_view => author.to_owned(),
        None => obfuscate(author),
    }
}

/// `joe@…` for `joe@example.org`.
fn obfuscate(address: &str) -> String {
    match address.split_once('@') {
        Some((local, _)) => {
            let end = if address.ends_with('>') { ">" } else { "" };
            [local, "@\u{2026}", end].concat()
        }
        None => address.to_owned(),
    }
}
