//! A text as one line of HTML.

use crate::context::Context;
use crate::formatter::format_oneliner;
use crate::session::Session;

/// Renders `text` as one line of HTML without blocks, as Trac shows summaries and change comments.
/// Code blocks become `[…]`.
///
/// ```
/// use tracrpc_wiki::{Context, render_oneliner};
/// assert_eq!(render_oneliner(" * '''a''' & b", &Context::plain()), "* <strong>a</strong> &amp; b");
/// ```
pub fn render_oneliner(text: &str, context: &Context<'_>) -> String {
    Session::run(context.resolver, |session| {
        format_oneliner(context, session, text, false)
    })
}

/// Renders the first 75 characters of `text`, or up to the last word in them, as one line.
pub fn render_oneliner_shortened(text: &str, context: &Context<'_>) -> String {
    Session::run(context.resolver, |session| {
        format_oneliner(context, session, text, true)
    })
}
