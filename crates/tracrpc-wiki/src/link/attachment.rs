//! `attachment:` and `raw-attachment:` links.

use tracrpc_translation::{Message, message};

use super::{Link, Scope};
use crate::href::split_link;
use crate::html::Element;
use crate::{Context, Resource};

/// The realms that Trac knows of.
const KNOWN_REALMS: [&str; 7] = [
    "wiki",
    "attachment",
    "ticket",
    "changeset",
    "source",
    "repository",
    "milestone",
];
/// Those that have attachments.
const PARENT_REALMS: [&str; 3] = ["wiki", "ticket", "milestone"];

pub(super) fn link(scope: Scope<'_>, link: &Link<'_>) -> String {
    let (path, query, _) = split_link(link.target);
    let found = find(scope, path).filter(|(parent, filename)| {
        PARENT_REALMS.contains(&parent.realm.as_str())
            && scope.session.has_attachment(parent, filename)
    });
    match found {
        Some((parent, filename)) => write(scope, link, &parent, filename, query),
        None => link.anchor("missing attachment").to_html(),
    }
}

/// The attachment that `file:realm:id`, `realm:id:file` or `file` means.
fn find<'a>(scope: Scope<'_>, path: &'a str) -> Option<(Resource, &'a str)> {
    let parts: Vec<&str> = path.splitn(3, ':').collect();
    match parts[..] {
        [file, realm, id] if KNOWN_REALMS.contains(&realm) => {
            Some((Resource::new(realm, id), file))
        }
        [realm, id, file] if KNOWN_REALMS.contains(&realm) => {
            Some((Resource::new(realm, id), file))
        }
        [_, _, _] => None,
        _ => scope.context.resource.clone().map(|parent| {
            (
                Resource {
                    version: None,
                    ..parent
                },
                path,
            )
        }),
    }
}

fn write(
    scope: Scope<'_>,
    link: &Link<'_>,
    parent: &Resource,
    filename: &str,
    query: &str,
) -> String {
    let url = |prefix: &str| {
        format!(
            "{}{query}",
            scope
                .context
                .href
                .url(&[prefix, &parent.realm, &parent.id, filename], &[])
        )
    };
    let catalog = scope.context.catalog;
    let parent_name = parent_name(scope.context, parent);
    let title = match filename {
        "" => message!("Attachments of %(parent)s", parent = parent_name),
        filename => message!(
            "Attachment '%(id)s' in %(parent)s",
            id = filename,
            parent = parent_name
        ),
    };
    let title = title.in_language(catalog);
    let anchor = link.anchor("attachment").attribute("title", &title);
    let raw_url = url("raw-attachment");
    if link.namespace.starts_with("raw") {
        return anchor.attribute("href", &raw_url).to_html();
    }
    let download = Element::new("a")
        .attribute("class", "trac-rawlink")
        .attribute("href", &raw_url);
    let download = download
        .attribute("title", catalog.gettext("Download"))
        .text("\u{200b}");
    anchor.attribute("href", &url("attachment")).to_html() + &download.to_html()
}

/// What the parent of an attachment is called.
pub(crate) fn parent_name(context: &Context<'_>, parent: &Resource) -> Message {
    let id = &parent.id;
    match parent.realm.as_str() {
        "wiki" if context.settings.split_page_names => super::wiki::split_name(id).into(),
        "wiki" => id.clone().into(),
        "ticket" => message!("Ticket #%(shortname)s", shortname = id),
        "milestone" => message!("Milestone %(name)s", name = id),
        realm => format!("{realm}:{id}").into(),
    }
}
