//! Macros: `[[Name(arguments)]]`. A macro is one file here, and one line in [`builtin`].

pub(crate) mod arguments;
mod commit_ticket_reference;
mod glob;
mod image;
mod intertrac;
mod interwiki;
mod known_mime_types;
mod library;
mod macro_list;
mod page_outline;
mod query_table;
mod recent_changes;
mod repository_index;
mod subscriber_list;
mod ticket_query;
mod title_index;
mod trac_admin_help;
mod trac_guide_toc;
mod trac_ini;
mod workflow;

pub use arguments::Arguments;
pub use library::{
    AttachmentAnswer, ConfigOption, ConfigSection, Library, NoLibrary, PageChange, QueriedTicket,
    RepositoryEntry, TicketGroup,
};
pub use query_table::{
    ProgressBar, ProgressInterval, QueryTable, TableCell, TableColumn, TableGroup, TablePages,
    TableTicket, TicketProgress,
};

use std::sync::Arc;

use std::cell::RefCell;
use std::collections::HashMap;

use tracrpc_translation::Catalog;

use crate::OutlineOptions;
use crate::anchors::Anchors;
use crate::context::Context;
use crate::html::{Element, escape_text};
use crate::processor::Parameters;

/// The macros that come with Trac.
pub(crate) fn builtin() -> Vec<Arc<dyn Macro>> {
    vec![
        Arc::new(commit_ticket_reference::CommitTicketReference),
        Arc::new(image::Image),
        Arc::new(intertrac::InterTrac),
        Arc::new(interwiki::InterWiki),
        Arc::new(known_mime_types::KnownMimeTypes),
        Arc::new(macro_list::MacroList),
        Arc::new(page_outline::PageOutline),
        Arc::new(recent_changes::RecentChanges),
        Arc::new(repository_index::RepositoryIndex),
        Arc::new(subscriber_list::SubscriberList),
        Arc::new(ticket_query::TicketQuery),
        Arc::new(title_index::TitleIndex),
        Arc::new(trac_admin_help::TracAdminHelp),
        Arc::new(trac_guide_toc::TracGuideToc),
        Arc::new(trac_ini::TracIni),
        Arc::new(workflow::Workflow),
    ]
}

/// A macro.
pub trait Macro: Send + Sync {
    /// The name by which a text calls it.
    fn name(&self) -> &str;

    /// The component of Trac that brings it, by its Python name; a macro of a component that is off
    /// is unknown. Empty for none.
    fn component(&self) -> &str {
        ""
    }

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
    pub(crate) outlines: &'a RefCell<Outlines>,
}

/// The outlines of a text that were asked for so far: a page may ask for its outline in every line.
pub(crate) type Outlines = HashMap<OutlineOptions, String>;

impl Call<'_> {
    /// An identifier that no other element of the text has: `base`, `base1`, `base2`, …
    pub fn unique_anchor(&self, base: &str) -> String {
        self.anchors.borrow_mut().unique(base)
    }

    /// One of Trac's messages in the reader's language.
    pub(crate) fn say<'m>(&'m self, id: &'m str) -> &'m str {
        self.context.catalog.gettext(id)
    }

    /// One of Trac's messages as HTML, its places filled with HTML.
    pub(crate) fn say_html(&self, id: &str, places: &[(&str, &str)]) -> String {
        self.context.catalog.html(id, escape_text, places)
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

    /// About how long the HTML is.
    pub(crate) fn len(&self) -> usize {
        match &self.0 {
            Content::Html(html) => html.len(),
            Content::Element(element) => element.content().len(),
        }
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
pub struct ExpansionError {
    html: String,
    /// The argument that is not what it should be, as HTML.
    argument: Option<String>,
    kind: ErrorKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ErrorKind {
    Usage,
    ProcessorUsage,
    Failure,
}

impl ExpansionError {
    /// It was used wrongly (Trac's `MacroError`, `ProcessorError`): `Macro X(y) failed`.
    pub fn usage(message: &str) -> Self {
        ExpansionError::usage_html(escape_text(message))
    }

    /// It was used wrongly; the message is HTML.
    pub fn usage_html(html: impl Into<String>) -> Self {
        ExpansionError {
            html: html.into(),
            argument: None,
            kind: ErrorKind::Usage,
        }
    }

    /// A macro was used wrongly as a processor (Trac's `ProcessorError`): `Processor X failed`,
    /// and a failure where it was called as a macro. The message is HTML.
    pub fn processor_usage_html(html: impl Into<String>) -> Self {
        ExpansionError {
            html: html.into(),
            argument: None,
            kind: ErrorKind::ProcessorUsage,
        }
    }

    /// Something else went wrong: `Error: Macro X(y) failed`.
    pub fn failure(message: &str) -> Self {
        ExpansionError {
            html: escape_text(message),
            argument: None,
            kind: ErrorKind::Failure,
        }
    }

    /// An argument that is not what it should be; `key` is its name, if it has one.
    pub fn invalid_argument(key: Option<&str>, value: &str) -> Self {
        let text = key.map_or_else(|| value.to_owned(), |key| format!("{key}={value}"));
        let code = Element::new("code").text(&text).to_html();
        let html = invalid_argument(&Catalog::english(), &code);
        ExpansionError {
            argument: Some(code),
            ..ExpansionError::usage_html(html)
        }
    }

    /// The message as HTML. That of [`ExpansionError::invalid_argument`] is English.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The message as HTML, in a language as far as it is one of the markup's own.
    pub fn html_in(&self, catalog: &Catalog) -> String {
        match &self.argument {
            Some(code) => invalid_argument(catalog, code),
            None => self.html.clone(),
        }
    }

    /// Whether it was used wrongly.
    pub fn is_usage(&self) -> bool {
        self.kind == ErrorKind::Usage
    }

    /// Whether a macro was used wrongly as a processor.
    pub fn is_processor_usage(&self) -> bool {
        self.kind == ErrorKind::ProcessorUsage
    }
}

fn invalid_argument(catalog: &Catalog, code: &str) -> String {
    catalog.html(
        "Invalid macro argument %(expr)s",
        escape_text,
        &[("expr", code)],
    )
}

impl std::fmt::Display for ExpansionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::plaintext::plaintext(&self.html))
    }
}

impl std::error::Error for ExpansionError {}
