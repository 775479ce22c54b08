//! One-liners: no blocks, code blocks as `[…]`.

use super::Formatter;
use super::code_block::{END_BLOCK, start_of_block};
use crate::text::{lines, shorten, strip};

impl Formatter<'_> {
    pub(super) fn format_oneliner(&mut self, cut: bool) {
        let simplified = Simplified::new(self.source);
        let text = if cut {
            shorten(&simplified.text)
        } else {
            simplified.text.as_str().into()
        };
        let html = self.format_inline(&text).replace("[...]", "[\u{2026}]");
        match html.strip_suffix("...") {
            Some(html) => self.out.extend([html, "\u{2026}"]),
            None => self.out.push_str(&html),
        }
        self.close_styles();
        if simplified.is_unterminated {
            self.out.push_str("[\u{2026}]");
        }
    }
}

/// A text whose code blocks are replaced.
struct Simplified {
    text: String,
    /// The last code block has no end.
    is_unterminated: bool,
}

impl Simplified {
    fn new(source: &str) -> Self {
        let mut text = String::with_capacity(source.len());
        let mut depth = 0;
        let mut processor = "";
        for line in lines(strip(source)) {
            if !line.contains(END_BLOCK) && start_of_block(line).is_some() {
                depth += 1;
            } else if strip(line) == END_BLOCK {
                if depth == 1 {
                    text.push_str(if processor == "comment" {
                        ""
                    } else {
                        " [...]\n"
                    });
                    processor = "";
                }
                depth = usize::saturating_sub(depth, 1);
            } else if depth == 0 {
                text.push_str(line);
                text.push('\n');
            } else if processor.is_empty() {
                processor = line.strip_prefix("#!").map(strip).unwrap_or_default();
            }
        }
        text.pop();
        Simplified {
            text,
            is_unterminated: depth > 0,
        }
    }
}
