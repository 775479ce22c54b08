//! The messages of one language.

use std::fmt;
use std::sync::Arc;

use crate::format::{Part, parts};
use crate::mo::{Mo, Texts};
use crate::own;

/// The messages of one language. English, which the code is written in, is empty.
///
/// Clones share the messages.
#[derive(Clone, Default)]
pub struct Catalog(Option<Arc<Inner>>);

struct Inner {
    language: String,
    own: Option<&'static Texts>,
    trac: Option<Mo>,
    options: Option<Mo>,
}

impl Catalog {
    /// The language of the code.
    #[must_use]
    pub const fn english() -> Self {
        Self(None)
    }

    /// A language by its name (`de`, `pt_BR`), with Trac's messages (`messages.mo`), those about
    /// the options of `trac.ini` (`tracini.mo`), and ours, where somebody has translated them.
    #[must_use]
    pub fn new(language: &str, trac: Option<Mo>, options: Option<Mo>) -> Self {
        Self(Some(Arc::new(Inner {
            language: language.to_owned(),
            own: own::texts(language),
            trac,
            options,
        })))
    }

    /// The name of the language; `None` for that of the code.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.0.as_ref().map(|inner| inner.language.as_str())
    }

    /// The translation of a message; itself if it has none.
    #[must_use]
    pub fn gettext<'a>(&'a self, id: &'a str) -> &'a str {
        let find = |inner: &'a Inner| {
            let trac = inner.trac.as_ref().and_then(|mo| mo.texts.get(id));
            trac.or_else(|| inner.own?.get(id))
        };
        self.0.as_deref().and_then(find).unwrap_or(id)
    }

    /// The translation of a message about `n` things.
    #[must_use]
    pub fn ngettext<'a>(&'a self, singular: &'a str, plural: &'a str, n: u64) -> &'a str {
        let find = |inner: &'a Inner| {
            let trac = inner.trac.as_ref();
            let trac = trac.and_then(|mo| mo.texts.get_plural(singular, n));
            trac.or_else(|| inner.own?.get_plural(singular, n))
        };
        let english = if n == 1 { singular } else { plural };
        self.0.as_deref().and_then(find).unwrap_or(english)
    }

    /// The translation of what Trac says of an option or section of `trac.ini`.
    #[must_use]
    pub fn option_text<'a>(&'a self, id: &'a str) -> &'a str {
        let find = |inner: &'a Inner| inner.options.as_ref()?.texts.get(id);
        self.0.as_deref().and_then(find).unwrap_or(id)
    }

    /// The translation of a message as HTML: its own words are escaped, and its places filled
    /// with HTML. A place that nothing is given for becomes `???`, as in Trac's `tgettext`.
    #[must_use]
    pub fn html(
        &self,
        id: &str,
        escape: impl Fn(&str) -> String,
        arguments: &[(&str, &str)],
    ) -> String {
        fill_html(self.gettext(id), escape, arguments)
    }
}

fn fill_html(
    template: &str,
    escape: impl Fn(&str) -> String,
    arguments: &[(&str, &str)],
) -> String {
    if arguments.is_empty() {
        return escape(template);
    }
    let part = |part| match part {
        Part::Text(text) => escape(text),
        Part::Place(name) => {
            let given = arguments.iter().find(|(known, _)| *known == name);
            given.map_or("???", |(_, html)| html).to_owned()
        }
    };
    parts(template).into_iter().map(part).collect()
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Catalog").field(&self.language()).finish()
    }
}
