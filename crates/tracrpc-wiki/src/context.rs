//! What a text is rendered in: the environment, the page at hand, who reads it.

use std::any::Any;
use std::sync::LazyLock;

use tracrpc_translation::Catalog;

use crate::extensions::Extensions;
use crate::macros::{Library, NoLibrary};
use crate::resolver::{NoResolver, Resolver};
use crate::{Href, Resource, Settings};

static ENGLISH: Catalog = Catalog::english();
static PLAIN_SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);
static BUILTIN_EXTENSIONS: LazyLock<Extensions> = LazyLock::new(Extensions::builtin);

/// The surroundings of a text.
///
/// ```
/// use tracrpc_wiki::{Context, Href, Resource, render_html};
/// let mut context = Context::plain();
/// context.href = Href::new("https://example.org/trac");
/// context.resource = Some(Resource::wiki("Guide/Install"));
/// assert!(render_html("[../Index the index]", &context).contains("https://example.org/trac/wiki/Guide/Index"));
/// ```
#[derive(Clone)]
pub struct Context<'a> {
    /// The configuration.
    pub settings: &'a Settings,
    /// Knows what links point to.
    pub resolver: &'a dyn Resolver,
    /// Answers what the built-in macros ask.
    pub library: &'a dyn Library,
    /// The macros and processors that exist.
    pub extensions: &'a Extensions,
    /// The base of the links: a path, or a whole URL where links are to be absolute.
    pub href: Href,
    /// The base of the few links that Trac never makes absolute (`timeline:`, `TicketQuery` lists):
    /// the path of the environment.
    pub path_href: Href,
    /// The absolute URL of the environment: what begins with it is no external link.
    pub local_url: String,
    /// What the text belongs to, if it belongs to something.
    pub resource: Option<Resource>,
    /// The messages of the reader's language.
    pub catalog: &'a Catalog,
    /// The reader has `EMAIL_VIEW`: mail addresses are shown in full.
    pub email_view: bool,
    /// A line break in the text is a line break on the page (as in ticket descriptions).
    pub preserve_newlines: bool,
    /// What the program around the engine hands to macros and processors of its own, such as who
    /// reads. The engine does not look at it.
    pub host: Option<&'a dyn Any>,
    /// How many processors, quotes and macros the text is inside of: 0 for a text of its own.
    pub depth: usize,
}

impl Context<'static> {
    /// An empty environment at `/` with Trac's default configuration.
    pub fn plain() -> Self {
        Context {
            settings: &PLAIN_SETTINGS,
            resolver: &NoResolver,
            library: &NoLibrary,
            extensions: &BUILTIN_EXTENSIONS,
            href: Href::default(),
            path_href: Href::default(),
            local_url: String::new(),
            resource: None,
            catalog: &ENGLISH,
            email_view: false,
            preserve_newlines: false,
            host: None,
            depth: 0,
        }
    }
}

impl<'a> Context<'a> {
    /// The same surroundings, one level deeper.
    pub(crate) fn deeper(&self) -> Context<'a> {
        Context {
            depth: self.depth + 1,
            ..self.clone()
        }
    }

    /// The name of the wiki page at hand, or nothing.
    pub(crate) fn page_name(&self) -> &str {
        match &self.resource {
            Some(resource) if resource.realm == "wiki" => &resource.id,
            _ => "",
        }
    }
}
