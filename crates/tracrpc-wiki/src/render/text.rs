//! A text without markup.

use crate::context::Context;
use crate::plaintext::{decode_entities, without_tags};

/// Renders `text` as plain text, for excerpts and mail: the markup is gone, its words stay.
///
/// Blocks are on lines of their own.
///
/// ```
/// use tracrpc_wiki::{Context, render_text};
/// assert_eq!(render_text("= Title =\n * '''a''' & b\n * c", &Context::plain()), "Title\na & b\nc");
/// ```
pub fn render_text(text: &str, context: &Context<'_>) -> String {
    let html = crate::render_html(text, context);
    let broken = with_line_breaks(&html);
    let text = decode_entities(&without_tags(&broken)).replace('\u{200b}', "");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// A line break behind each tag that ends a block.
fn with_line_breaks(html: &str) -> String {
    const ENDS: [&str; 12] = [
        "</li>", "<ul>", "<ol", "</tr>", "</dt>", "</dd>", "</p>", "</pre>", "</div>", "<br",
        "</h", "<hr",
    ];
    let mut text = String::with_capacity(html.len() + 64);
    for (index, part) in html.split('<').enumerate() {
        if index > 0 {
            let tag = ["<", part].concat();
            if ENDS.iter().any(|end| tag.starts_with(end)) {
                text.push('\n');
            }
            text.push('<');
        }
        text.push_str(part);
    }
    text
}
