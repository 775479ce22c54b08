//! `= Heading =` and `== Heading == #anchor`.

use super::anchor::name_end;
use super::{Kind, Line};
use crate::chars::is_space;

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let marks = line.space_end(at);
    let marks_end = line.run_end(marks, |c| c == '=');
    let depth = marks_end - marks;
    let space = line.char_at(marks_end).filter(|&c| is_space(c))?;
    if !(1..=6).contains(&depth) {
        return None;
    }
    let rest = line.text[marks_end + space.len_utf8()..].trim_end_matches(is_space);
    if rest.contains('\n') {
        return None;
    }
    let (text, anchor) = split_anchor(rest);
    Some((
        line.text.len(),
        Kind::Heading {
            depth,
            text,
            anchor,
        },
    ))
}

/// Splits off a `#name` at the end.
fn split_anchor(text: &str) -> (&str, Option<&str>) {
    match text.rfind('#') {
        Some(hash) if name_end(text, hash + 1) == Some(text.len()) => {
            (&text[..hash], Some(&text[hash + 1..]))
        }
        _ => (text, None),
    }
}
