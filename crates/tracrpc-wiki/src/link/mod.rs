//! Links: one file a realm, one line a realm in [`REALMS`].

mod attachment;
mod comment;
mod diff;
mod external;
mod htdocs;
pub(crate) mod mail;
mod milestone;
mod query;
mod ranges;
mod report;
mod repository;
mod search;
mod ticket;
mod timeline;
pub(crate) mod wiki;

use crate::added::LinkCall;
use crate::component;
use crate::context::Context;
use crate::href::{concat_link, quote, split_link};
use crate::html::{Element, escape_attribute};
use crate::session::Session;
use crate::text::unquote;

/// What links are written in.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) session: &'a Session,
}

/// A link that is to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link<'a> {
    /// The realm, prefix or URL scheme.
    pub(crate) namespace: &'a str,
    /// What follows it.
    pub(crate) target: &'a str,
    /// What to show.
    pub(crate) label: &'a str,
    /// The text as it stands in the source.
    pub(crate) matched: &'a str,
    /// The InterTrac prefix of a short form such as `#T1`, with white space as written.
    pub(crate) intertrac: &'a str,
    /// `[scheme:target]`, without a label of its own.
    pub(crate) unlabelled: bool,
}

impl<'a> Link<'a> {
    /// A link in a long form.
    pub(crate) fn new(
        namespace: &'a str,
        target: &'a str,
        label: &'a str,
        matched: &'a str,
    ) -> Self {
        Link {
            namespace,
            target,
            label,
            matched,
            intertrac: "",
            unlabelled: false,
        }
    }

    /// A link in a short form, whose text is its label.
    pub(crate) fn short(
        namespace: &'a str,
        target: &'a str,
        matched: &'a str,
        intertrac: &'a str,
    ) -> Self {
        Link {
            intertrac,
            ..Link::new(namespace, target, matched, matched)
        }
    }

    /// `a` with the label as content.
    fn anchor(&self, class: &str) -> Element {
        Element::new("a").attribute("class", class).text(self.label)
    }
}

/// Writes a link of a realm as HTML.
type Writer = fn(Scope<'_>, &Link<'_>) -> String;

/// Whether the writer of a realm asks the session for what its links point to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Session,
    Nothing,
}

/// The realms that links know, each with the component of Trac that brings it.
static REALMS: [(&str, Writer, &str, Asks); 21] = [
    ("wiki", wiki::link, component::WIKI, Asks::Session),
    ("htdocs", htdocs::link, component::CHROME, Asks::Nothing),
    (
        "raw-attachment",
        attachment::link,
        component::ATTACHMENT,
        Asks::Session,
    ),
    (
        "attachment",
        attachment::link,
        component::ATTACHMENT,
        Asks::Session,
    ),
    ("bug", ticket::link, component::TICKET, Asks::Session),
    ("issue", ticket::link, component::TICKET, Asks::Session),
    ("ticket", ticket::link, component::TICKET, Asks::Session),
    ("comment", comment::link, component::TICKET, Asks::Session),
    (
        "milestone",
        milestone::link,
        component::MILESTONE,
        Asks::Session,
    ),
    ("query", query::link, component::QUERY, Asks::Nothing),
    ("search", search::link, component::SEARCH, Asks::Nothing),
    ("report", report::link, component::REPORT, Asks::Session),
    (
        "timeline",
        timeline::link,
        component::TIMELINE,
        Asks::Nothing,
    ),
    (
        "repos",
        repository::source,
        component::BROWSER,
        Asks::Nothing,
    ),
    (
        "export",
        repository::export,
        component::BROWSER,
        Asks::Nothing,
    ),
    (
        "source",
        repository::source,
        component::BROWSER,
        Asks::Nothing,
    ),
    (
        "browser",
        repository::source,
        component::BROWSER,
        Asks::Nothing,
    ),
    (
        "changeset",
        repository::changeset,
        component::CHANGESET,
        Asks::Nothing,
    ),
    ("diff", diff::link, component::CHANGESET, Asks::Nothing),
    ("log", repository::log, component::LOG, Asks::Nothing),
    ("mailto", mail::mailto, component::ALWAYS, Asks::Nothing),
];

/// Writes any link: of a realm, to a URL, to another Trac, to another wiki; or its text, escaped.
pub(crate) fn write(scope: Scope<'_>, link: &Link<'_>) -> String {
    let settings = scope.context.settings;
    let link = Link {
        namespace: settings.intertrac.alias(link.namespace),
        ..*link
    };
    let mut realms = REALMS.iter().filter(|row| settings.is_on(row.2));
    let realm = realms.find(|(name, ..)| *name == link.namespace);
    let asks = realm.map_or(Asks::Nothing, |(.., asks)| *asks);
    if asks == Asks::Nothing && scope.session.is_in_vain() {
        return String::new();
    }
    if let Some((_, writer, ..)) = realm {
        return writer(scope, &link);
    }
    if let Some(written) = write_added(scope, &link) {
        return written;
    }
    let written = if link.target.starts_with("//") {
        external::url(scope, &link)
    } else {
        external::elsewhere(scope, &link)
    };
    written.unwrap_or_else(|| escape_attribute(link.matched))
}

/// Writes a link if others have added its namespace. They are asked in the second pass only.
fn write_added(scope: Scope<'_>, link: &Link<'_>) -> Option<String> {
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

/// Writes a short form (`#T1`, `{T1}`, `[T1]`) that may point into another Trac.
pub(crate) fn write_short(scope: Scope<'_>, link: &Link<'_>, writer: Writer) -> String {
    if link.intertrac.is_empty() {
        return writer(scope, link);
    }
    let alias = crate::text::strip(link.intertrac);
    let name = scope.context.settings.intertrac.alias(alias);
    let rest = link
        .target
        .strip_prefix(link.intertrac)
        .unwrap_or(link.target);
    let target = format!("{}:{rest}", link.namespace);
    external::intertrac(scope, name, &target, link.label)
        .unwrap_or_else(|| crate::html::escape_text(link.label))
}

pub(crate) use attachment::Place as AttachmentPlace;
pub(crate) use external::{expand_or_append, expand_site, intertrac_url};
pub(crate) use ranges::parse_int;
pub(crate) use report::link as report;
pub(crate) use repository::{bracketed_log, changeset, short_log};
pub(crate) use ticket::link as ticket;

/// Writes `[../path label]`, `[/path label]`, `[#anchor label]`.
pub(crate) fn write_relative(
    scope: Scope<'_>,
    target: &str,
    label: Option<&str>,
    matched: &str,
) -> String {
    let label = label.map(unquote).filter(|label| !label.is_empty());
    let label = label.map_or_else(|| wiki::label_of_target(scope, target), str::to_owned);
    let (path, query, fragment) = split_link(target);
    let base = if path.starts_with("//") {
        format!("/{}", path.trim_start_matches('/'))
    } else if path.starts_with('/') {
        format!("{}{}", scope.context.href.base(), quote_printable(path))
    } else {
        match relative_resource(scope, path) {
            Ok((realm, id)) => {
                let target = concat_link(&id, query, fragment);
                let target = if realm == "wiki" {
                    format!("/{target}")
                } else {
                    target
                };
                return write(scope, &Link::new(&realm, &target, &label, matched));
            }
            Err(url) => url,
        }
    };
    Element::new("a")
        .attribute("href", &concat_link(&base, query, fragment))
        .text(&label)
        .to_html()
}

fn quote_printable(path: &str) -> String {
    const PRINTABLE: &[u8] = b"!\"#$%&'()*+,/:;<=>?@[\\]^`{|}";
    quote(path, PRINTABLE)
}

/// The resource that `path` means, seen from the one at hand, or the URL of what is none.
fn relative_resource(scope: Scope<'_>, path: &str) -> Result<(String, String), String> {
    let context = scope.context;
    let (realm, id) = context.resource.as_ref().map_or((None, None), |r| {
        (Some(r.realm.as_str()), Some(r.id.as_str()))
    });
    if path.is_empty() || path == "." {
        return match (realm, id) {
            (Some(realm), Some(id)) if !id.is_empty() => Ok((realm.to_owned(), id.to_owned())),
            (Some(realm), _) => Err(context.href.url(&[realm], &[])),
            _ => Err(context.href.url(&[], &[])),
        };
    }
    // Trac takes a text without resource for one of the name `None`.
    let mut parts: Vec<&str> = id.unwrap_or("None").split('/').collect();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "" | "." => {}
            part => parts.push(part),
        }
    }
    let id = parts.join("/");
    match realm {
        Some(realm) if !id.is_empty() => Ok((realm.to_owned(), id)),
        Some(realm) => Err(context.href.url(&[realm], &[])),
        None => Err(context.href.url(&[&id], &[])),
    }
}
