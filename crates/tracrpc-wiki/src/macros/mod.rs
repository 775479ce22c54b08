//! Macros: `[[Name(arguments)]]`. A macro is one file here, and one line in [`builtin`].

pub(crate) mod arguments;

pub use arguments::Arguments;

use std::cell::RefCell;

use crate::anchors::Anchors;
use crate::context::Context;
use crate::html::{Element, escape_text};
use crate::processor::Parameters;

/// The macros that come with Trac.
pub(crate) fn builtin() -> Vec<Box<dyn Macro>> {
    Vec::new()
}

/// A macro.
pub trait Macro: Send + Sync {
    /// The name by which a text calls it.
    fn name(&self) -> &str;

    /// Its help in wiki markup, for `[[MacroList]]`. `None` hides it from the list.
    fn description(&self) -> Option<&str> {
        Some("")
    }

    /// Whether a one-liner may show it; it is called there only if so.
    fn is_inline(&self, arguments: Option<&str>) -> bool {
        let _ = arguments;
        false
    }

    /// Expands a call.
    ///
    /// # Errors
    /// What is wrong with the arguments, or with the data: shown in a red box.
    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError>;
}

/// What the built-in macros ask of an environment: pages, changes, tickets, configuration.
pub trait Library {}

/// A [`Library`] of an empty environment.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLibrary;

impl Library for NoLibrary {}

/// One call of a macro or a processor.
pub struct Call<'a> {
    /// The name as it was written.
    pub name: &'a str,
    /// The text in the parentheses (`None` without them), or the body of a processor.
    pub text: Option<&'a str>,
    /// The parameters behind `#!name`; `None` if called as `[[name]]`.
    pub parameters: Option<&'a Parameters>,
    /// The surroundings, to render more wiki text in.
    pub context: &'a Context<'a>,
    /// The whole text that the call stands in.
    pub source: &'a str,
    pub(crate) anchors: &'a RefCell<Anchors>,
}

impl Call<'_> {
    /// An identifier that no other element of the text has: `base`, `base1`, `base2`, …
    pub fn unique_anchor(&self, base: &str) -> String {
        self.anchors.borrow_mut().unique(base)
    }

    /// Renders wiki text inside of this call.
    pub fn render_html(&self, text: &str) -> String {
        crate::render_html(text, &self.context.deeper())
    }

    /// Renders one line of wiki text inside of this call.
    pub fn render_oneliner(&self, text: &str) -> String {
        crate::render_oneliner(text, &self.context.deeper())
    }
}

/// What a macro or processor became.
#[derive(Debug, Clone)]
pub struct Expansion(pub(crate) Content);

/// What an [`Expansion`] is made of.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Html(String),
    Element(Element),
}

impl Expansion {
    /// Any HTML: a series of elements and texts.
    pub fn html(html: impl Into<String>) -> Self {
        Expansion(Content::Html(html.into()))
    }

    /// Exactly one element. (Trac knows a block element by its tag then, whatever its attributes.)
    pub fn element(element: Element) -> Self {
        Expansion(Content::Element(element))
    }

    /// Plain text, which is escaped.
    pub fn text(text: &str) -> Self {
        Expansion::html(escape_text(text))
    }

    /// As HTML.
    pub fn into_html(self) -> String {
        match self.0 {
            Content::Html(html) => html,
            Content::Element(element) => element.to_html(),
        }
    }
}

/// Why a macro or a processor has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpansionError {
    /// It was used wrongly (Trac's `MacroError`, `ProcessorError`): `Macro X(y) failed`.
    Usage(String),
    /// Something else went wrong: `Error: Macro X(y) failed`.
    Failure(String),
}

impl ExpansionError {
    /// What was wrong with how it was used.
    pub fn usage(message: impl Into<String>) -> Self {
        ExpansionError::Usage(message.into())
    }

    /// What else went wrong.
    pub fn failure(message: impl Into<String>) -> Self {
        ExpansionError::Failure(message.into())
    }

    /// The message.
    pub fn message(&self) -> &str {
        match self {
            ExpansionError::Usage(message) | ExpansionError::Failure(message) => message,
        }
    }
}

impl std::fmt::Display for ExpansionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for ExpansionError {}
