//! Comma-separated values as Python's `csv` module reads and writes them.

/// A line for these cells, with its end. Cells are quoted where they must be.
pub(super) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(quoted).collect();
    format!("{}\n", cells.join(","))
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

/// The rows of a text, each with the number of the line that it ends on. An
/// empty line is a row without cells.
pub(super) fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut reader = Reader::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if reader.quoted && chars.peek() == Some(&'"') => {
                chars.next();
                reader.cell.push('"');
            }
            '"' if reader.quoted => reader.quoted = false,
            '"' if reader.cell.is_empty() => (reader.quoted, reader.begun) = (true, true),
            ',' if !reader.quoted => reader.end_cell(),
            '\r' if !reader.quoted && chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => reader.end_line(c),
            c => reader.cell.push(c),
        }
    }
    reader.end_of_text();
    reader.rows
}

#[derive(Default)]
struct Reader {
    rows: Vec<(usize, Vec<String>)>,
    cells: Vec<String>,
    cell: String,
    quoted: bool,
    /// Whether the cell has quotes, so that it counts even if it is empty.
    begun: bool,
    lines: usize,
}

impl Reader {
    fn end_cell(&mut self) {
        self.begun = false;
        self.cells.push(std::mem::take(&mut self.cell));
    }

    fn end_line(&mut self, end: char) {
        self.lines += 1;
        if self.quoted {
            self.cell.push(end);
        } else {
            self.end_row();
        }
    }

    fn end_row(&mut self) {
        if self.begun || !self.cell.is_empty() || !self.cells.is_empty() {
            self.end_cell();
        }
        self.rows
            .push((self.lines, std::mem::take(&mut self.cells)));
    }

    fn end_of_text(&mut self) {
        if self.begun || !self.cell.is_empty() || !self.cells.is_empty() {
            self.lines += 1;
            self.end_row();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let cells = ["joe", "a, b", "\"x\"", "two\nlines", ""];
        let text = line(cells);
        assert_eq!(text, "joe,\"a, b\",\"\"\"x\"\"\",\"two\nlines\",\n");
        assert_eq!(rows(&text), [(2, cells.map(str::to_owned).to_vec())]);
    }

    #[test]
    fn rows_as_python_reads_them() {
        let check = |text: &str, expected: &[(usize, &[&str])]| {
            let rows = rows(text);
            let rows: Vec<(usize, Vec<&str>)> = rows
                .iter()
                .map(|(line, row)| (*line, row.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<(usize, Vec<&str>)> = expected
                .iter()
                .map(|(line, row)| (*line, row.to_vec()))
                .collect();
            assert_eq!(rows, expected, "{text:?}");
        };
        check("", &[]);
        check("a,b\r\nc", &[(1, &["a", "b"]), (2, &["c"])]);
        check("a\n\n\"\"\n", &[(1, &["a"]), (2, &[]), (3, &[""])]);
        check("a\"b,\"c\"d", &[(1, &["a\"b", "cd"])]);
        check("\"open\nend", &[(2, &["open\nend"])]);
    }
}
