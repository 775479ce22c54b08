//! The formatter: goes through a text line by line and writes HTML.
//!
//! Trac's markup has no grammar: what a line means depends on what is open (a list, a quote, a
//! table, a paragraph), and what it opens or closes is written at once, before the line itself.
//! [`Formatter`] keeps that state. Each file here does what concerns one kind of block.

mod code_block;
mod definition;
mod dispatch;
mod heading;
mod line;
mod list;
mod macro_call;
mod oneliner;
mod outline;
mod processor;
mod quote;
mod style;
mod table;

use std::cell::RefCell;

use crate::anchors::Anchors;
use crate::context::Context;
use crate::inline::Style;
use crate::link::Scope;
use crate::macros::Outlines;
use crate::session::Session;
use code_block::CodeBlock;
use list::ListKind;
pub(crate) use outline::Heading;
use table::Table;

/// How deep processors, quotes and macros may stand in one another.
pub(crate) const MAX_DEPTH: usize = 48;

/// What a text is formatted as: it decides what becomes of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// Blocks.
    Html,
    /// One line: blocks stay text.
    Oneliner,
    /// Headings only; they are cut if asked for.
    Outline { shorten: bool },
}

/// Writes one text as HTML.
pub(crate) struct Formatter<'a> {
    context: &'a Context<'a>,
    session: &'a Session,
    flavor: Flavor,
    /// The text, for macros that want to know where they stand.
    source: &'a str,
    out: String,
    anchors: RefCell<Anchors>,
    outlines: RefCell<Outlines>,
    outline: Vec<Heading>,
    open_styles: Vec<Style>,
    lists: Vec<(ListKind, usize)>,
    quotes: Vec<usize>,
    tabstops: Vec<usize>,
    citation: Vec<String>,
    code_block: CodeBlock<'a>,
    table: Table,
    in_definition_list: bool,
    in_paragraph: bool,
    /// The line at hand is or continues a list item.
    in_list_item: bool,
    /// The line at hand is in a quote by indentation.
    in_quote: bool,
}

impl<'a> Formatter<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        session: &'a Session,
        flavor: Flavor,
        source: &'a str,
    ) -> Self {
        Formatter {
            context,
            session,
            flavor,
            source,
            out: String::with_capacity(source.len() + source.len() / 2),
            anchors: RefCell::default(),
            outlines: RefCell::default(),
            outline: Vec::new(),
            open_styles: Vec::new(),
            lists: Vec::new(),
            quotes: Vec::new(),
            tabstops: Vec::new(),
            citation: Vec::new(),
            code_block: CodeBlock::default(),
            table: Table::default(),
            in_definition_list: false,
            in_paragraph: false,
            in_list_item: false,
            in_quote: false,
        }
    }

    fn scope(&self) -> Scope<'a> {
        Scope {
            context: self.context,
            session: self.session,
        }
    }
}

/// Formats `text` as HTML blocks.
pub(crate) fn format_html(context: &Context<'_>, session: &Session, text: &str) -> String {
    format_blocks(context, session, text, context.preserve_newlines)
}

/// Formats `text` as HTML blocks; with `escape_newlines`, lines of paragraphs end in `<br />`.
pub(crate) fn format_blocks(
    context: &Context<'_>,
    session: &Session,
    text: &str,
    escape_newlines: bool,
) -> String {
    let text = crate::text::normalize(text);
    let mut formatter = Formatter::new(context, session, Flavor::Html, &text);
    formatter.format(crate::text::lines(&text), escape_newlines);
    formatter.out
}

/// Formats `text` as one line; `shorten` cuts it to 75 characters first.
pub(crate) fn format_oneliner(
    context: &Context<'_>,
    session: &Session,
    text: &str,
    shorten: bool,
) -> String {
    let text = crate::text::normalize(text);
    let mut formatter = Formatter::new(context, session, Flavor::Oneliner, &text);
    formatter.format_oneliner(shorten);
    formatter.out
}

/// The headings of `text`.
pub(crate) fn outline(
    context: &Context<'_>,
    session: &Session,
    text: &str,
    shorten: bool,
) -> Vec<Heading> {
    let text = crate::text::normalize(text);
    let mut formatter = Formatter::new(context, session, Flavor::Outline { shorten }, &text);
    formatter.format(crate::text::lines(&text), false);
    formatter.outline
}

/// The link that `text` starts with, or nothing.
pub(crate) fn format_link(context: &Context<'_>, session: &Session, text: &str) -> String {
    let text = crate::text::normalize(text);
    let mut formatter = Formatter::new(context, session, Flavor::Outline { shorten: false }, &text);
    formatter.first_link()
}
