//! Tables: rows and cells between `||`.

use super::Formatter;
use crate::processor::Parameters;
use crate::processor::element::attributes_html;

/// Which table, row and cell is open.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) is_open: bool,
    has_row: bool,
    /// The element of the open cell, or nothing.
    cell: &'static str,
    /// The line at hand has a cell or begins a row: the table goes on.
    pub(super) continues: bool,
    /// The row goes on in the next line.
    row_continues: bool,
    /// How far the line at hand was searched for the next separator, and where that stands.
    searched: Option<(usize, Option<usize>)>,
}

/// A separator of cells in a line.
pub(super) struct Cell<'t> {
    pub(super) line: &'t str,
    pub(super) separator: &'t str,
    pub(super) separator_end: usize,
    /// What stands between the last separator and the end of the line.
    pub(super) last: Option<&'t str>,
}

impl Formatter<'_> {
    pub(super) fn table_cell(&mut self, html: &mut String, cell: &Cell<'_>) {
        self.open_row("");
        self.table.continues = true;
        let name = if cell.separator.ends_with('=') {
            "th"
        } else {
            "td"
        };
        let mut span = cell.separator.bytes().filter(|&b| b == b'|').count() / 2;
        if let Some(last) = cell.last {
            if last.ends_with('\\') {
                self.table.row_continues = true;
            }
            span -= 1;
            if span == 0 {
                return;
            }
        }
        let side = self.alignment(cell);
        if !self.table.cell.is_empty() {
            self.close_styles_into(html);
            html.extend(["</", self.table.cell, ">"]);
        }
        html.extend(["<", name]);
        if span > 1 {
            html.push_str(&format!(" colspan=\"{span}\""));
        }
        if let Some(side) = side {
            html.extend([" style=\"text-align: ", side, "\""]);
        }
        html.push('>');
        self.table.cell = name;
    }

    /// How a cell is aligned: by the spaces within it.
    fn alignment(&mut self, cell: &Cell<'_>) -> Option<&'static str> {
        let line = cell.line;
        let start = cell.separator_end;
        let left = line[start..].chars().next().is_some_and(|c| c != ' ');
        let next = self.next_separator(line, start);
        let right = next.is_some_and(|before| !line[before..].starts_with(' '));
        match (left, right) {
            (true, true) => None,
            (true, false) => Some("left"),
            (false, true) => Some("right"),
            (false, false) => next
                .filter(|&before| is_centred(&line[start..before]))
                .map(|_| "center"),
        }
    }

    /// Where the character stands that is before the next separator (one that is not escaped).
    fn next_separator(&mut self, line: &str, from: usize) -> Option<usize> {
        if let Some((searched_from, found)) = self.table.searched
            && from >= searched_from
            && found.is_none_or(|found| from <= found)
        {
            return found;
        }
        let found = line[from..]
            .char_indices()
            .map(|(at, c)| (from + at, c))
            .find(|&(at, c)| {
                let after = &line[at + c.len_utf8()..];
                c != '!' && (after.starts_with("||") || after.starts_with("=||"))
            });
        let found = found.map(|(at, _)| at);
        self.table.searched = Some((from, found));
        found
    }

    pub(super) fn row_separator(&mut self, parameters: Option<&str>) {
        self.open_table();
        self.close_row(true);
        let attributes =
            parameters.map(|text| attributes_html(self.context, "tr", &Parameters::parse(text)));
        self.open_row(&attributes.unwrap_or_default());
        self.table.continues = true;
        self.table.row_continues = true;
    }

    pub(crate) fn open_table(&mut self) {
        if self.table.is_open {
            return;
        }
        self.close_paragraph();
        self.close_lists();
        self.close_definition_list();
        self.table.is_open = true;
        self.out.push_str("<table class=\"wiki\">\n");
    }

    /// Opens a row, in a new table if there is none.
    pub(crate) fn open_row(&mut self, attributes: &str) {
        self.open_table();
        if !self.table.has_row {
            self.table.has_row = true;
            self.out.extend(["<tr", attributes, ">"]);
        }
    }

    /// Closes the row, unless it goes on in the next line.
    pub(super) fn close_row(&mut self, force: bool) {
        if self.table.has_row && (force || !self.table.row_continues) {
            self.table.has_row = false;
            if !self.table.cell.is_empty() {
                self.close_styles();
                self.out.extend(["</", self.table.cell, ">"]);
                self.table.cell = "";
            }
            self.out.push_str("</tr>");
        }
        self.table.row_continues = false;
    }

    pub(super) fn close_table(&mut self) {
        if self.table.is_open {
            self.close_row(true);
            self.out.push_str("</table>\n");
            self.table.is_open = false;
        }
    }

    /// A new line: what was searched of the last one does not count.
    pub(super) fn forget_separators(&mut self) {
        self.table.searched = None;
    }
}

/// Whether a cell has two spaces at both ends.
///
/// `cell` is without the last character before the separator, which is a space.
fn is_centred(cell: &str) -> bool {
    let second = cell.chars().nth(1);
    let second_last = cell.chars().next_back();
    let is_long = cell.chars().count() > 2;
    is_long && second == Some(' ') && second_last == Some(' ')
}
