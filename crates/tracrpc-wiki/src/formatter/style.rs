//! Bold, italic, … : what is open, and in which order.

use super::Formatter;
use crate::inline::Style;

impl Formatter<'_> {
    /// Opens or closes a style.
    pub(super) fn toggle_style(&mut self, html: &mut String, style: Style) {
        self.end_list_before_text();
        if self.is_style_open(style) {
            self.close_style(html, style);
        } else {
            self.open_style(html, style);
        }
    }

    /// Opens or closes bold and italic at once; if one of them is open, they change places.
    pub(super) fn toggle_bold_italic(&mut self, html: &mut String) {
        self.end_list_before_text();
        let position = |style| self.open_styles.iter().position(|&open| open == style);
        match (position(Style::Bold), position(Style::Italic)) {
            (Some(bold), Some(italic)) => {
                let (outer, inner) = if italic < bold {
                    (Style::Italic, Style::Bold)
                } else {
                    (Style::Bold, Style::Italic)
                };
                self.close_style(html, inner);
                self.close_style(html, outer);
            }
            (Some(_), None) => {
                self.close_style(html, Style::Bold);
                self.open_style(html, Style::Italic);
            }
            (None, Some(_)) => {
                self.close_style(html, Style::Italic);
                self.open_style(html, Style::Bold);
            }
            (None, None) => {
                self.open_style(html, Style::Bold);
                self.open_style(html, Style::Italic);
            }
        }
    }

    /// Closes all styles, into what is written already.
    pub(super) fn close_styles(&mut self) {
        while let Some(style) = self.open_styles.pop() {
            self.out.push_str(style.close_tag());
        }
    }

    /// Closes all styles, into the line at hand.
    pub(super) fn close_styles_into(&mut self, html: &mut String) {
        while let Some(style) = self.open_styles.pop() {
            html.push_str(style.close_tag());
        }
    }

    fn is_style_open(&self, style: Style) -> bool {
        self.open_styles.contains(&style)
    }

    fn open_style(&mut self, html: &mut String, style: Style) {
        self.open_styles.push(style);
        html.push_str(style.open_tag());
    }

    /// Closes a style; those that were opened after it are closed and opened again.
    fn close_style(&mut self, html: &mut String, style: Style) {
        let Some(index) = self.open_styles.iter().rposition(|&open| open == style) else {
            return;
        };
        for open in self.open_styles[index..].iter().rev() {
            html.push_str(open.close_tag());
        }
        self.open_styles.remove(index);
        for open in &self.open_styles[index..] {
            html.push_str(open.open_tag());
        }
    }

    /// A style that begins a line, not an item, ends the list before it.
    fn end_list_before_text(&mut self) {
        if !self.lists.is_empty() && !self.in_list_item {
            self.close_lists();
        }
    }
}
