//! Wiki markup, rendered for an actor within an environment.
//!
//! What links and macros ask is answered from the database, with one statement
//! a realm and text, however many links there are.

pub mod admin_help;
mod dates;
mod library;
mod lookup;
mod options;
mod progress;
mod query_table;
mod repositories;
mod resolver;
mod resource;
mod settings;
mod tickets;
mod workflow;

use std::borrow::Cow;
use std::sync::Arc;

use tracrpc_env::{Actor, Environment, Extensions, Fresh, Resource, Result};
use tracrpc_pages::page::{Page, PageManipulator};
pub use tracrpc_wiki::{
    Call, Described, Expansion, ExpansionError, LinkCall, LinkResolver, Macro, Processor,
    RealmManager,
};
use tracrpc_wiki::{Context, Href, OutlineOptions};

use library::ActorLibrary;
use resolver::ActorResolver;
use resource::wiki_resource;

/// The macros and processors of an environment.
#[derive(Default)]
struct Vocabulary {
    kept: Fresh<tracrpc_wiki::Extensions>,
}

/// Adds Trac's own macros.
pub fn register(extensions: &mut Extensions) {
    for built_in in tracrpc_wiki::builtin_macros() {
        extensions.add(built_in);
    }
}

impl Vocabulary {
    /// The extensions that are a macro, a processor, links or a realm. Of two with the same name the
    /// first counts; Trac's own come first.
    fn of(env: &Environment) -> Arc<tracrpc_wiki::Extensions> {
        env.slot::<Self>().kept.of_settings(env, || {
            let extensions = env.extensions();
            let mut vocabulary = tracrpc_wiki::Extensions::empty();
            for added in extensions.of::<dyn Macro>() {
                if vocabulary.find_macro(added.name()).is_none() {
                    vocabulary.share_macro(Arc::clone(added));
                }
            }
            for added in extensions.of::<dyn Processor>() {
                if vocabulary.find_processor(added.name()).is_none() {
                    vocabulary.share_processor(Arc::clone(added));
                }
            }
            for added in extensions.of::<dyn LinkResolver>() {
                if vocabulary.find_link(added.namespace()).is_none() {
                    vocabulary.share_link(Arc::clone(added));
                }
            }
            for added in extensions.of::<dyn RealmManager>() {
                if vocabulary.find_realm(added.realm()).is_none() {
                    vocabulary.share_realm(Arc::clone(added));
                }
            }
            vocabulary
        })
    }
}

/// A page as HTML, with absolute links. `version` is the one that was asked for.
///
/// # Errors
/// *Storage* if the database fails.
pub fn page_to_html(actor: &Actor, page: &Page, version: Option<i64>) -> Result<String> {
    let resource = Resource::wiki(page.name.as_str()).at_version(version);
    let mut text = Cow::Borrowed(page.text.as_str());
    for manipulator in actor.env().extensions().of::<dyn PageManipulator>() {
        text = manipulator.prepare(actor, page, text.into_owned())?.into();
    }
    to_html(actor, &text, Some(&resource))
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

/// Who reads the text in which a macro or a processor is called; none for a text that is
/// rendered outside of any environment.
#[must_use]
pub fn reader<'a>(call: &Call<'a>) -> Option<&'a Actor> {
    reader_of(call.context)
}

/// Who reads a text with these surroundings; none outside of any environment.
#[must_use]
pub fn reader_of<'a>(context: &Context<'a>) -> Option<&'a Actor> {
    context.host?.downcast_ref()
}

fn in_context<T>(
    actor: &Actor,
    about: Option<&Resource>,
    render: impl FnOnce(&Context<'_>) -> T,
) -> Result<T> {
    let settings = settings::current(actor.env())?;
    let vocabulary = Vocabulary::of(actor.env());
    let resolver = ActorResolver::new(actor);
    let library = ActorLibrary::new(actor);
    let absolute_url = actor.absolute_url()?;
    let rendered = render(&Context {
        settings: &settings,
        resolver: &resolver,
        library: &library,
        extensions: &vocabulary,
        href: Href::new(&absolute_url),
        path_href: Href::new(actor.path()),
        local_url: absolute_url,
        resource: about.map(wiki_resource),
        catalog: actor.catalog(),
        email_view: actor.can_anywhere("EMAIL_VIEW")?,
        preserve_newlines: false,
        host: Some(actor),
        depth: 0,
    });
    resolver.finish()?;
    library.finish()?;
    Ok(rendered)
}
