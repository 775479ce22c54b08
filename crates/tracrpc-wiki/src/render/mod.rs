//! The renderers: what a caller gets of a text.

use crate::context::Context;
use crate::html::escape_text;

/// Renders `text` as HTML blocks: paragraphs, lists, tables, …
///
/// Lines end in any way that Python's `splitlines` knows. Never fails: what is no markup is text,
/// and what cannot be done is told in a `system-message` box.
pub fn render_html(text: &str, context: &Context<'_>) -> String {
    let _ = context;
    format!("<p>\n{}\n</p>\n", escape_text(text))
}

/// Renders `text` as one line of HTML without blocks, as Trac shows summaries and change comments.
/// Code blocks become `[…]`.
pub fn render_oneliner(text: &str, context: &Context<'_>) -> String {
    let _ = context;
    escape_text(text)
}

/// Which headings an outline has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutlineOptions {
    /// The highest level of headings, 1 to 6.
    pub min_depth: usize,
    /// The lowest level of headings, 1 to 6.
    pub max_depth: usize,
    /// Headings are cut to 75 characters.
    pub shorten: bool,
}

impl Default for OutlineOptions {
    fn default() -> Self {
        OutlineOptions {
            min_depth: 1,
            max_depth: 6,
            shorten: true,
        }
    }
}

/// Renders the headings of `text` as nested lists of links to their anchors.
pub fn render_outline(text: &str, context: &Context<'_>, options: &OutlineOptions) -> String {
    let _ = (text, context, options);
    String::new()
}

/// Renders `text` as plain text, for excerpts and mail: the markup is gone, its words stay.
pub fn render_text(text: &str, context: &Context<'_>) -> String {
    let _ = context;
    text.to_owned()
}
