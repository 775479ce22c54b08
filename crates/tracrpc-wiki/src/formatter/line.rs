//! What to do with each line of a text.

use std::borrow::Cow;

use super::code_block::{END_BLOCK, start_of_block};
use super::{Flavor, Formatter};
use crate::inline::{Line, next_token, rules_on};
use crate::text::strip;

impl<'a> Formatter<'a> {
    /// Formats the lines of a text. With `escape_newlines`, lines of a paragraph end in `<br />`.
    pub(super) fn format<'t: 'a>(
        &mut self,
        lines: impl Iterator<Item = &'t str>,
        escape_newlines: bool,
    ) {
        for line in lines {
            if !self.session.goes_on(self.context.resolver) {
                break;
            }
            self.format_line(line, escape_newlines);
        }
        self.close_code_blocks();
        self.close_citation(escape_newlines);
        self.close_all();
    }

    fn format_line(&mut self, line: &'a str, escape_newlines: bool) {
        let may_start =
            memchr::memchr(b'{', line.as_bytes()).is_some() && !line.contains(END_BLOCK);
        let block = may_start.then(|| start_of_block(line)).flatten();
        if self.code_block.depth > 0 {
            self.code_block_line(line, block);
        } else if strip(line).starts_with('>') {
            self.citation_line(line);
        } else {
            self.close_citation(escape_newlines);
            match block {
                Some(_) => self.code_block_line(line, block),
                None => self.plain_line(line, escape_newlines),
            }
        }
    }

    fn plain_line(&mut self, line: &'a str, escape_newlines: bool) {
        if line.starts_with("----") {
            self.close_all();
            self.out.push_str("<hr />\n");
        } else if line.is_empty() {
            self.close_all();
        } else {
            self.text_line(&expand_tabs(line), escape_newlines);
        }
    }

    fn text_line(&mut self, line: &str, escape_newlines: bool) {
        let is_indented = line.starts_with(' ');
        if !is_indented {
            self.tabstops.clear();
            self.close_quotes();
        }
        self.in_list_item = false;
        self.in_quote = false;
        self.forget_separators();
        let html = self.format_inline(line);
        self.close_what_ended(is_indented);
        self.write_line(&html, escape_newlines);
    }

    /// The markup within a line. What it opens or closes around the line is written at once.
    pub(super) fn format_inline(&mut self, text: &str) -> String {
        let mut line = Line::new(text, rules_on(self.context.settings));
        let mut html = String::with_capacity(text.len() + text.len() / 2);
        let mut at = 0;
        while let Some(token) = next_token(&mut line, at) {
            html.push_str(&text[at..token.start]);
            at = token.end;
            if !self.session.goes_on(self.context.resolver) {
                break;
            }
            self.write_token(&mut html, text, token);
        }
        html.push_str(&text[at..]);
        html
    }

    fn close_what_ended(&mut self, is_indented: bool) {
        if !self.in_list_item {
            self.close_lists();
        }
        if !self.in_quote {
            self.close_quotes();
        }
        if self.in_definition_list && !is_indented {
            self.close_definition_list();
        }
        if self.table.is_open && !self.table.continues {
            self.close_table();
        }
        self.table.continues = false;
    }

    fn write_line(&mut self, html: &str, escape_newlines: bool) {
        let mut separator = "\n";
        if !(self.in_list_item || self.in_definition_list || self.table.is_open) {
            if !html.is_empty() {
                self.open_paragraph();
            }
            let has_break = html
                .trim_end_matches(crate::chars::is_space)
                .ends_with("<br />");
            if escape_newlines && self.in_paragraph && !has_break {
                separator = "<br />\n";
            }
        }
        self.out.push_str(html);
        self.out.push_str(separator);
        self.close_row(false);
    }

    /// Closes every block that may be open.
    pub(super) fn close_all(&mut self) {
        self.close_table();
        self.close_paragraph();
        self.close_quotes();
        self.close_lists();
        self.close_definition_list();
    }

    fn open_paragraph(&mut self) {
        if !self.in_paragraph {
            self.out.push_str("<p>\n");
            self.in_paragraph = true;
        }
    }

    pub(super) fn close_paragraph(&mut self) {
        self.close_styles();
        if self.in_paragraph {
            self.out.push_str("</p>\n");
            self.in_paragraph = false;
        }
    }

    pub(super) fn is_outline(&self) -> bool {
        matches!(self.flavor, Flavor::Outline { .. })
    }
}

/// Trac counts a tab as eight spaces, wherever it stands.
fn expand_tabs(line: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\t', line.as_bytes()).is_some() {
        Cow::Owned(line.replace('\t', "        "))
    } else {
        Cow::Borrowed(line)
    }
}
