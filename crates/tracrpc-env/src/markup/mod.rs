//! Wiki markup, rendered for an actor within an environment.
//!
//! What links and macros ask is answered from the database, with one statement
//! a realm and text, however many links there are.

mod dates;
mod library;
mod lookup;
mod options;
mod progress;
mod query_table;
mod repositories;
mod resolver;
mod settings;
mod tickets;
mod workflow;

use std::sync::LazyLock;

use tracrpc_wiki::{Context, Extensions, Href, OutlineOptions};

use crate::{Actor, Resource, Result, page::Page};
use library::ActorLibrary;
use resolver::ActorResolver;

static EXTENSIONS: LazyLock<Extensions> = LazyLock::new(Extensions::builtin);

/// A page as HTML, with absolute links. `version` is the one that was asked for.
///
/// # Errors
/// *Storage* if the database fails.
pub fn page_to_html(actor: &Actor, page: &Page, version: Option<i64>) -> Result<String> {
    let resource = Resource::wiki(page.name.as_str()).at_version(version);
    to_html(actor, &page.text, Some(&resource))
}

/// A text as HTML, with absolute links. `about` is what the text belongs to:
/// relative links count from there.
///
/// # Errors
/// *Storage* if the database fails.
pub fn to_html(actor: &Actor, text: &str, about: Option<&Resource>) -> Result<String> {
    in_context(actor, about, |context| {
        tracrpc_wiki::render_html(text, context)
    })
}

/// A text as one line of HTML.
///
/// # Errors
/// *Storage* if the database fails.
pub fn to_oneliner(actor: &Actor, text: &str, about: Option<&Resource>) -> Result<String> {
    in_context(actor, about, |context| {
        tracrpc_wiki::render_oneliner(text, context)
    })
}

/// The headings of a text as nested lists in HTML.
///
/// # Errors
/// *Storage* if the database fails.
pub fn to_outline(actor: &Actor, text: &str, about: Option<&Resource>) -> Result<String> {
    in_context(actor, about, |context| {
        tracrpc_wiki::render_outline(text, context, &OutlineOptions::default())
    })
}

fn in_context<T>(
    actor: &Actor,
    about: Option<&Resource>,
    render: impl FnOnce(&Context<'_>) -> T,
) -> Result<T> {
    let settings = settings::current(actor.env())?;
    let resolver = ActorResolver::new(actor);
    let library = ActorLibrary::new(actor);
    let absolute_url = actor.absolute_url()?;
    let rendered = render(&Context {
        settings: &settings,
        resolver: &resolver,
        library: &library,
        extensions: &EXTENSIONS,
        href: Href::new(&absolute_url),
        path_href: Href::new(actor.path()),
        local_url: absolute_url,
        resource: about.map(wiki_resource),
        catalog: actor.catalog(),
        email_view: actor.can_anywhere("EMAIL_VIEW")?,
        preserve_newlines: false,
        depth: 0,
    });
    resolver.finish()?;
    library.finish()?;
    Ok(rendered)
}

/// A resource as the markup knows it.
fn wiki_resource(resource: &Resource) -> tracrpc_wiki::Resource {
    tracrpc_wiki::Resource {
        realm: resource.realm.to_string(),
        id: resource.id().to_owned(),
        version: resource.version,
    }
}

/// A resource of the markup as the environment knows it.
fn env_resource(resource: &tracrpc_wiki::Resource) -> Resource {
    Resource::new(resource.realm.clone(), &resource.id).at_version(resource.version)
}
