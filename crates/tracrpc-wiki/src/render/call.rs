//! Wiki text inside of a macro or a processor.

use super::{render_html, render_oneliner, render_outline};
use crate::context::Context;
use crate::macros::Call;
use crate::outline_options::OutlineOptions;

impl Call<'_> {
    /// The headings of the text that the call stands in, as nested lists.
    pub fn outline(&self, options: &OutlineOptions) -> String {
        let known = self.outlines.borrow().get(options).cloned();
        known.unwrap_or_else(|| {
            let html = render_outline(self.source, &self.context.deeper(), options);
            self.outlines.borrow_mut().insert(*options, html.clone());
            html
        })
    }

    /// Renders wiki text inside of this call.
    pub fn render_html(&self, text: &str) -> String {
        render_html(text, &self.context.deeper())
    }

    /// The same; lines of paragraphs end where they end in the text.
    pub(crate) fn render_lines(&self, text: &str) -> String {
        let context = Context {
            preserve_newlines: true,
            ..self.context.deeper()
        };
        render_html(text, &context)
    }

    /// Renders one line of wiki text inside of this call.
    pub fn render_oneliner(&self, text: &str) -> String {
        render_oneliner(text, &self.context.deeper())
    }
}
