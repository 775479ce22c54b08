//! Quotes: indented paragraphs, and citations with `>`.

use super::{Flavor, Formatter, MAX_DEPTH};
use crate::text::strip;

impl Formatter<'_> {
    /// A line that is indented: more of a list item, or a quote.
    pub(super) fn indent(&mut self, depth: usize) {
        if !self.continues_list_item(depth) && !self.in_definition_list {
            self.set_quote_depth(depth);
        }
    }

    pub(super) fn close_quotes(&mut self) {
        while !self.quotes.is_empty() {
            self.close_quote();
        }
    }

    /// Adds a tab stop at `depth`, and forgets those behind it.
    pub(super) fn set_tabstop(&mut self, depth: usize) {
        let kept = self.tabstops.iter().take_while(|&&tab| tab < depth).count();
        self.tabstops.truncate(kept);
        self.tabstops.push(depth);
    }

    fn set_quote_depth(&mut self, depth: usize) {
        let open_depth = self.quotes.last().copied().unwrap_or(0);
        if depth > open_depth {
            self.set_tabstop(depth);
            for tab in self.tabstops.clone() {
                if tab > open_depth {
                    self.open_quote(tab);
                }
            }
        } else {
            while self.quotes.last().is_some_and(|&open| depth < open) {
                self.close_quote();
            }
            match self.quotes.last_mut() {
                Some(open) => *open = depth,
                None => self.open_quote(depth),
            }
        }
        self.in_quote = true;
    }

    fn open_quote(&mut self, depth: usize) {
        self.close_table();
        self.close_paragraph();
        self.close_lists();
        self.quotes.push(depth);
        self.set_tabstop(depth);
        self.out.push_str("<blockquote>\n");
    }

    fn close_quote(&mut self) {
        self.close_table();
        self.close_paragraph();
        self.quotes.pop();
        self.out.push_str("</blockquote>\n");
    }

    /// Keeps a line of a citation for later; it ends the lists that are indented deeper.
    pub(super) fn citation_line(&mut self, line: &str) {
        self.close_paragraph();
        let (before, rest) = line.split_once('>').unwrap_or((line, ""));
        if self.citation.is_empty() {
            self.close_lists_deeper_than(before.chars().count());
        }
        self.citation.push(rest.to_owned());
    }

    /// Writes the citation that ended: a text of its own, without the `>` and one space after it.
    pub(super) fn close_citation(&mut self, escape_newlines: bool) {
        let mut lines = std::mem::take(&mut self.citation);
        if lines.is_empty() || self.is_outline() {
            return;
        }
        if lines
            .iter()
            .all(|line| line.is_empty() || line.starts_with(['>', ' ']))
        {
            lines.iter_mut().for_each(remove_space);
        }
        let inner = self.context.deeper();
        if inner.depth > MAX_DEPTH {
            lines
                .iter_mut()
                .for_each(|line| *line = strip(line.trim_start_matches(['>', ' '])).to_owned());
        }
        let mut formatter = Formatter::new(&inner, self.session, Flavor::Html, "");
        formatter.format(lines.iter().map(String::as_str), escape_newlines);
        let html = formatter.out;
        self.out.push_str("<blockquote class=\"citation\">\n");
        self.out.push_str(&html);
        self.out.push_str("</blockquote>\n");
    }
}

fn remove_space(line: &mut String) {
    if line.starts_with(' ') {
        line.remove(0);
    }
}
