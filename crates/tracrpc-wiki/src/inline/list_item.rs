//! The start of a list item: ` * `, ` 1. `, ` a. `, ` i. `.

use super::{Kind, Line};
use crate::chars::is_space;

/// What stands before a list item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker<'t> {
    /// `*`, `-` or `•`.
    Bullet,
    /// A number or letters, without the dot.
    Ordinal(&'t str),
}

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let start = line.space_end(at);
    let (marker, marker_end) = match line.char_at(start)? {
        c @ ('*' | '-' | '\u{2022}') => (Marker::Bullet, start + c.len_utf8()),
        c if c.is_ascii_alphanumeric() => ordinal(line, start)?,
        _ => return None,
    };
    let space = line.char_at(marker_end).filter(|&c| is_space(c))?;
    let indent = line.text[at..start].chars().count();
    Some((
        marker_end + space.len_utf8(),
        Kind::ListItem { indent, marker },
    ))
}

/// `1.`, `a.` or `iv.`.
fn ordinal<'t>(line: &Line<'t>, start: usize) -> Option<(Marker<'t>, usize)> {
    let end = line.run_end(start, |c| c.is_ascii_alphanumeric());
    let text = &line.text[start..end];
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    let is_letter = text.len() == 1;
    let is_roman = text.len() <= 5 && text.bytes().all(|b| b"ivxIVX".contains(&b));
    let fits = (is_number || is_letter || is_roman) && line.byte(end) == Some(b'.');
    fits.then_some((Marker::Ordinal(text), end + 1))
}
