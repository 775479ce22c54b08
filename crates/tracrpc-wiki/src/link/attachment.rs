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
        (PARENT_REALMS.contains(&parent.realm.as_str()) || is_added(scope, &parent.realm))
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
        [file, realm, id] if is_known(scope, realm) => Some((Resource::new(realm, id), file)),
        [realm, id, file] if is_known(scope, realm) => Some((Resource::new(realm, id), file)),
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

fn is_known(scope: Scope<'_>, realm: &str) -> bool {
    KNOWN_REALMS.contains(&realm) || is_added(scope, realm)
}

fn is_added(scope: Scope<'_>, realm: &str) -> bool {
    scope.context.extensions.find_realm(realm).is_some()
}

fn write(
    scope: Scope<'_>,
    link: &Link<'_>,
    parent: &Resource,
    filename: &str,
    query: &str,
) -> String {
    let place = Place::of(scope.context, parent);
    let url = |prefix: &str| {
        let url = place.url(scope.context, prefix, filename);
        format!("{url}{query}")
    };
    let catalog = scope.context.catalog;
    let parent_name = place.name.clone();
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

/// What files are attached to: where it is shown, and what it is called.
pub(crate) struct Place {
    path: Vec<String>,
    pub(crate) name: Message,
}

impl Place {
    pub(crate) fn of(context: &Context<'_>, parent: &Resource) -> Self {
        let (realm, id) = (&parent.realm, &parent.id);
        let added = match PARENT_REALMS.contains(&realm.as_str()) {
            true => None,
            false => context.extensions.find_realm(realm),
        };
        let described = added.and_then(|added| added.describe(id, context));
        let described = described.unwrap_or_default();
        let path = described.path.map(|path| path.trim_matches('/').to_owned());
        Self {
            path: path.map_or_else(|| vec![realm.clone(), id.clone()], |path| vec![path]),
            name: described
                .name
                .map_or_else(|| name(context, parent), Into::into),
        }
    }

    /// The address of a file, below `attachment` or `raw-attachment`.
    pub(crate) fn url(&self, context: &Context<'_>, prefix: &str, filename: &str) -> String {
        let path = self.path.iter().map(String::as_str);
        let parts: Vec<&str> = [prefix].into_iter().chain(path).chain([filename]).collect();
        context.href.url(&parts, &[])
    }
}

fn name(context: &Context<'_>, parent: &Resource) -> Message {
    let id = &parent.id;
    match parent.realm.as_str() {
        "wiki" if context.settings.split_page_names => super::wiki::split_name(id).into(),
        "wiki" => id.clone().into(),
        "ticket" => message!("Ticket #%(shortname)s", shortname = id),
        "milestone" => message!("Milestone %(name)s", name = id),
        realm => format!("{realm}:{id}").into(),
    }
}
