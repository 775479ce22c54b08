//! Headings and their identifiers.

use super::{Flavor, Formatter, Heading, format_oneliner};
use crate::chars::{is_digit_of_any_style, is_word};
use crate::plaintext::plaintext;
use crate::text::strip;

const TAGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

impl Formatter<'_> {
    pub(super) fn heading(&mut self, depth: usize, text: &str, anchor: Option<&str>) {
        if let Flavor::Outline { shorten } = self.flavor {
            let (html, anchor) = self.parse_heading(depth, text, anchor, shorten);
            return self.outline.push(Heading::new(depth, anchor, &html));
        }
        self.close_all();
        let (html, anchor) = self.parse_heading(depth, text, anchor, false);
        let tag = TAGS[depth.clamp(1, TAGS.len()) - 1];
        self.out.extend([
            "<",
            tag,
            " class=\"section\" id=\"",
            &anchor,
            "\">",
            &html,
            "</",
            tag,
            ">",
        ]);
    }

    /// The heading as HTML, and its identifier.
    fn parse_heading(
        &self,
        depth: usize,
        text: &str,
        anchor: Option<&str>,
        shorten: bool,
    ) -> (String, String) {
        let text = strip(text);
        let text = text.strip_suffix(&"======"[..depth.min(6)]).unwrap_or(text);
        let context = self.context.deeper();
        let html = format_oneliner(&context, self.session, text, false);
        let anchor = anchor.map_or_else(|| anchor_of_heading(&html), str::to_owned);
        let anchor = self.anchors.borrow_mut().unique(&anchor);
        let html = if shorten {
            format_oneliner(&context, self.session, text, true)
        } else {
            html
        };
        (html, anchor)
    }
}

/// The identifier that a heading has by default: its letters, led by `a` if they make no name.
fn anchor_of_heading(html: &str) -> String {
    let mut anchor: String = plaintext(html)
        .chars()
        .filter(|&c| is_word(c) || matches!(c, ':' | '.' | '-'))
        .collect();
    if anchor
        .chars()
        .next()
        .is_none_or(|first| is_digit_of_any_style(first) || matches!(first, '.' | '-'))
    {
        anchor.insert(0, 'a');
    }
    anchor
}
