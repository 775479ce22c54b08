//! The headings of a text as nested lists.

use crate::context::Context;
use crate::formatter::{Heading, outline};
use crate::outline_options::OutlineOptions;
use crate::session::Session;

/// Renders the headings of `text` as nested lists of links to their anchors.
///
/// ```
/// use tracrpc_wiki::{Context, OutlineOptions, render_outline};
/// let html = render_outline("= One\n== Two", &Context::plain(), &OutlineOptions::default());
/// assert!(html.contains("<a href=\"#Two\">Two</a>"));
/// ```
pub fn render_outline(text: &str, context: &Context<'_>, options: &OutlineOptions) -> String {
    Session::run(context.resolver, |session| {
        let headings = outline(context, session, text, options.shorten);
        let (min, max) = (
            options.min_depth.min(options.max_depth),
            options.min_depth.max(options.max_depth),
        );
        Lists::new(min.max(1)).write(&headings, max.min(6))
    })
}

/// The lists that are open while an outline is written.
struct Lists {
    html: String,
    min_depth: usize,
    depth: usize,
}

impl Lists {
    fn new(min_depth: usize) -> Self {
        Lists {
            html: "\n".to_owned(),
            min_depth,
            depth: min_depth - 1,
        }
    }

    fn write(mut self, headings: &[Heading], max_depth: usize) -> String {
        let shown = self.min_depth..=max_depth;
        for heading in headings
            .iter()
            .filter(|heading| shown.contains(&heading.depth))
        {
            self.go_to(heading.depth);
            let link = format!("<a href=\"#{}\">{}</a>", heading.anchor, heading.html);
            self.line(2 * heading.depth, &link);
        }
        for depth in (self.min_depth..=self.depth).rev() {
            self.close(depth);
        }
        self.html
    }

    /// Opens or closes lists up to a depth, and begins an item there.
    fn go_to(&mut self, depth: usize) {
        if depth > self.depth {
            for level in self.depth..depth {
                self.line(2 * level, "<ol>");
                self.line(2 * level + 1, "<li>");
            }
        } else {
            for level in (depth + 1..=self.depth).rev() {
                self.close(level);
            }
            self.line(2 * depth - 1, "</li>");
            self.line(2 * depth - 1, "<li>");
        }
        self.depth = depth;
    }

    fn close(&mut self, depth: usize) {
        self.line(2 * depth - 1, "</li>");
        self.line(2 * depth - 2, "</ol>");
    }

    fn line(&mut self, indent: usize, html: &str) {
        self.html.push_str(&"  ".repeat(indent));
        self.html.push_str(html);
        self.html.push('\n');
    }
}
