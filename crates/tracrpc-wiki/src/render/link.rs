//! Where a link goes.

use crate::context::Context;
use crate::formatter::format_link;
use crate::plaintext::decode_entities;
use crate::session::Session;

/// The URL of the link that `text` starts with, if it does and the link leads anywhere.
///
/// ```
/// use tracrpc_wiki::{Context, link_url};
/// assert_eq!(link_url("search:word", &Context::plain()).as_deref(), Some("/search?q=word"));
/// assert_eq!(link_url("word", &Context::plain()), None);
/// ```
pub fn link_url(text: &str, context: &Context<'_>) -> Option<String> {
    let html = Session::run(context.resolver, |session| {
        format_link(context, session, text)
    });
    let start = html.find(" href=\"")? + 7;
    let url = html[start..].split('"').next()?;
    Some(decode_entities(url))
}
