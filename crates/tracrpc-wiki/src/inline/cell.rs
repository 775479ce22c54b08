//! Tables: `||` between cells, `|----` between rows.

use super::{Kind, Line};
use crate::processor::parameters::pair_at;

/// `||`, `||=`, `=||`, `||||`, …
pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let pipes = if line.byte(at) == Some(b'=') {
        at + 1
    } else {
        at
    };
    let count = line.run_end(pipes, |c| c == '|') - pipes;
    if count < 2 {
        return None;
    }
    let pipes_end = pipes + count / 2 * 2;
    let end = if line.byte(pipes_end) == Some(b'=') {
        pipes_end + 1
    } else {
        pipes_end
    };
    let separator = &line.text[at..end];
    match last_cell(line, end) {
        Some(last) => Some((
            end + last.len(),
            Kind::Cell {
                separator,
                last: Some(last),
            },
        )),
        None => Some((
            end,
            Kind::Cell {
                separator,
                last: None,
            },
        )),
    }
}

/// White space, and perhaps a backslash, up to the end of the text (or its last line break).
fn last_cell<'t>(line: &Line<'t>, at: usize) -> Option<&'t str> {
    let spaces = line.space_end(at);
    let backslash = if line.byte(spaces) == Some(b'\\') {
        spaces + 1
    } else {
        spaces
    };
    let rest = &line.text[backslash..];
    if rest.is_empty() || rest == "\n" {
        Some(&line.text[at..backslash])
    } else {
        None
    }
}

/// `|----`, white space before it, parameters behind it.
pub(super) fn row_separator<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    if at < line.no_row_separator_before {
        return None;
    }
    let pipe = line.space_end(at);
    if !line.starts_with(pipe, "|-") {
        line.no_row_separator_before = pipe;
        return None;
    }
    let dashes_end = line.run_end(pipe + 1, |c| c == '-');
    let (mut end, mut parameters) = (line.space_end(dashes_end), None);
    // Trac keeps the last one only.
    while let Some(pair) = pair_at(line.text, end) {
        let start = end;
        end = line.space_end(pair.end);
        parameters = Some(&line.text[start..end]);
    }
    Some((end, Kind::RowSeparator { parameters }))
}
