//! A text as HTML blocks.

use crate::context::Context;
use crate::formatter::format_html;
use crate::session::Session;

/// Renders `text` as HTML blocks: paragraphs, lists, tables, …
///
/// Lines end in any way that Python's `splitlines` knows. Never fails: what is no markup is text,
/// and what cannot be done is told in a `system-message` box.
pub fn render_html(text: &str, context: &Context<'_>) -> String {
    Session::run(context.resolver, |session| {
        format_html(context, session, text)
    })
}
