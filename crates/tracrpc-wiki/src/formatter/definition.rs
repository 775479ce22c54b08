//! Definition lists: ` term:: definition`.

use super::{Formatter, format_oneliner};

impl Formatter<'_> {
    pub(super) fn definition(&mut self, html: &mut String, term: &str) {
        if self.in_definition_list {
            html.push_str("</dd>");
        } else {
            self.close_paragraph();
            html.push_str("<dl class=\"wiki\">");
        }
        let term = format_oneliner(&self.context.deeper(), self.session, term, false);
        html.push_str(&format!("<dt>{term}</dt><dd>"));
        self.in_definition_list = true;
    }

    pub(super) fn close_definition_list(&mut self) {
        if self.in_definition_list {
            self.out.push_str("</dd></dl>\n");
        }
        self.in_definition_list = false;
    }
}
