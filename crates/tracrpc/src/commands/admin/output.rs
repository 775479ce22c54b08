//! Tables on standard output, as `trac-admin` prints them.

use std::io::{self, Write};

/// What stands between two columns.
const GAP: &str = "  ";

/// Prints rows under headers, between two empty lines.
pub(super) fn print_table<const N: usize>(
    out: &mut dyn Write,
    headers: [&str; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let headers = headers.map(str::to_owned);
    let lines: Vec<_> = std::iter::once(&headers)
        .chain(rows)
        .flat_map(split_lines)
        .collect();
    let widths = std::array::from_fn(|column| widest(&lines, column));
    writeln!(out)?;
    for (index, line) in lines.iter().enumerate() {
        print_row(out, line, &widths)?;
        if index == 0 {
            let width = widths.iter().sum::<usize>() + GAP.len() * (N - 1);
            writeln!(out, "{}", "-".repeat(width))?;
        }
    }
    writeln!(out)
}

/// Prints a text in lines of at most `width` characters, each indented by
/// `indent`.
pub(super) fn print_wrapped(
    out: &mut dyn Write,
    text: &str,
    indent: usize,
    width: usize,
) -> io::Result<()> {
    let mut line = String::new();
    for word in text.split_whitespace() {
        let needed = indent + text_width(&line) + 1 + text_width(word);
        if needed > width && !line.is_empty() {
            writeln!(out, "{:indent$}{line}", "")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(out, "{:indent$}{line}", "")
}

fn widest<const N: usize>(lines: &[[String; N]], column: usize) -> usize {
    lines
        .iter()
        .filter_map(|line| line.get(column))
        .map(|cell| text_width(cell))
        .max()
        .unwrap_or(0)
}

fn print_row<const N: usize>(
    out: &mut dyn Write,
    row: &[String; N],
    widths: &[usize; N],
) -> io::Result<()> {
    for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
        if column + 1 == N {
            return writeln!(out, "{cell}");
        }
        let padding = width - text_width(cell);
        write!(out, "{cell}{:padding$}{GAP}", "")?;
    }
    Ok(())
}

/// A cell of several lines makes a row of several lines.
fn split_lines<const N: usize>(row: &[String; N]) -> Vec<[String; N]> {
    let height = row
        .iter()
        .map(|cell| cell.lines().count())
        .max()
        .unwrap_or(1)
        .max(1);
    (0..height)
        .map(|line| {
            row.each_ref()
                .map(|cell| cell.lines().nth(line).unwrap_or("").to_owned())
        })
        .collect()
}

/// The width on a terminal: East Asian characters take two columns.
fn text_width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_look_as_trac_admin_prints_them() {
        let mut out = Vec::new();
        let rows =
            [["component1", "somebody"], ["日本", "two\nlines"]].map(|row| row.map(str::to_owned));
        print_table(&mut out, ["Name", "Owner"], &rows).unwrap();
        let expected = "\nName        Owner\n--------------------\ncomponent1  somebody\n\
                        日本        two\n            lines\n\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
