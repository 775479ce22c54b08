//! Labels of links in brackets.

use super::Line;

/// Reads white space, a label and `]` from `at`: the label, and the end behind the bracket.
///
/// A quoted label may hold brackets. Of the white space, the last character is the label if there
/// is nothing else and the label must have `min_length` characters.
pub(super) fn label_after_space<'t>(
    line: &mut Line<'t>,
    at: usize,
    is_separator: impl Fn(char) -> bool,
    min_length: usize,
) -> Option<(&'t str, usize)> {
    let start = line.run_end(at, is_separator);
    if start == at {
        return None;
    }
    if let Some(end) = line.quoted_end(start)
        && line.byte(end) == Some(b']')
    {
        return Some((&line.text[start..end], end + 1));
    }
    let close = line.find_bracket(start)?;
    if close - start >= min_length {
        return Some((&line.text[start..close], close + 1));
    }
    let last = line.char_before(start)?;
    let start = start - last.len_utf8();
    (start > at).then_some((&line.text[start..close], close + 1))
}
