//! Lines, with what ends them.

/// The lines of a text from a place on that end in a line break (`pygments/lexer.py: line_re`).
pub(crate) fn lines_from(text: &str, from: usize) -> impl Iterator<Item = &str> {
    let rest = text.get(from..).unwrap_or_default();
    rest.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
}

/// All lines of a text as Python's `str.splitlines` has them.
pub(crate) fn python_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive([
        '\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}',
        '\u{2029}',
    ])
}
