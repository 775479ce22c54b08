//! The tables of macros, processors, and of links and realms that others add.

use std::sync::Arc;

use crate::added::{LinkResolver, RealmManager};
use crate::macros::{self, Macro};
use crate::processor::Processor;

/// The macros, processors and links of added namespaces that a text may use.
///
/// ```
/// use tracrpc_wiki::{Call, Context, Expansion, Extensions, ExpansionError, Macro, render_html};
///
/// struct Greeting;
/// impl Macro for Greeting {
///     fn name(&self) -> &str { "Greeting" }
///     fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
///         Ok(Expansion::text(&format!("Hello {}!", call.text.unwrap_or("world"))))
///     }
/// }
///
/// let mut extensions = Extensions::builtin();
/// extensions.add_macro(Greeting);
/// let context = Context { extensions: &extensions, ..Context::plain() };
/// assert_eq!(render_html("[[Greeting(<joe>)]]", &context), "<p>\nHello &lt;joe&gt;!\n</p>\n");
/// ```
#[derive(Default)]
pub struct Extensions {
    macros: Vec<Arc<dyn Macro>>,
    processors: Vec<Arc<dyn Processor>>,
    links: Vec<Arc<dyn LinkResolver>>,
    realms: Vec<Arc<dyn RealmManager>>,
}

impl Extensions {
    /// Nothing but what the markup itself has.
    pub fn empty() -> Self {
        Extensions::default()
    }

    /// The macros that come with Trac.
    pub fn builtin() -> Self {
        Extensions {
            macros: builtin_macros(),
            processors: Vec::new(),
            links: Vec::new(),
            realms: Vec::new(),
        }
    }

    /// Adds a macro; it replaces one of the same name.
    pub fn add_macro(&mut self, new: impl Macro + 'static) {
        self.share_macro(Arc::new(new));
    }

    /// As [`Extensions::add_macro`], for a macro that others have as well.
    pub fn share_macro(&mut self, new: Arc<dyn Macro>) {
        self.macros.retain(|old| old.name() != new.name());
        self.macros.push(new);
    }

    /// Adds a processor; it replaces one of the same name, but not one of the markup's own.
    pub fn add_processor(&mut self, new: impl Processor + 'static) {
        self.share_processor(Arc::new(new));
    }

    /// As [`Extensions::add_processor`], for a processor that others have as well.
    pub fn share_processor(&mut self, new: Arc<dyn Processor>) {
        self.processors.retain(|old| old.name() != new.name());
        self.processors.push(new);
    }

    /// Adds the links of a namespace, in place of those of the same one, but not of one of
    /// the markup's own.
    pub fn share_link(&mut self, new: Arc<dyn LinkResolver>) {
        self.links.retain(|old| old.namespace() != new.namespace());
        self.links.push(new);
    }

    /// What writes the links of an added namespace; upper and lower case differ.
    pub fn find_link(&self, namespace: &str) -> Option<&dyn LinkResolver> {
        let mut links = self.links.iter().map(AsRef::as_ref);
        links.find(|known| known.namespace() == namespace)
    }

    /// Adds a realm, in place of one of that name, but not of one of Trac's own.
    pub fn share_realm(&mut self, new: Arc<dyn RealmManager>) {
        self.realms.retain(|old| old.realm() != new.realm());
        self.realms.push(new);
    }

    /// What knows the things of an added realm.
    pub fn find_realm(&self, name: &str) -> Option<&dyn RealmManager> {
        let mut realms = self.realms.iter().map(AsRef::as_ref);
        realms.find(|known| known.realm() == name)
    }

    /// All macros, in the order in which they were added.
    pub fn macros(&self) -> impl Iterator<Item = &dyn Macro> {
        self.macros.iter().map(AsRef::as_ref)
    }

    /// The macro `name`; upper and lower case differ.
    pub fn find_macro(&self, name: &str) -> Option<&dyn Macro> {
        self.macros().find(|known| known.name() == name)
    }

    /// The processor `name`; upper and lower case differ.
    pub fn find_processor(&self, name: &str) -> Option<&dyn Processor> {
        self.processors
            .iter()
            .map(AsRef::as_ref)
            .find(|known| known.name() == name)
    }
}

/// The macros that come with Trac, each by itself.
pub fn builtin_macros() -> Vec<Arc<dyn Macro>> {
    macros::builtin()
}
