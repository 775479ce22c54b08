//! `[=#name label]`: an anchor.

use super::{Kind, Line};
use crate::chars::{is_digit, is_word};

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    if !line.starts_with(at, "[=#") {
        return None;
    }
    let start = at + 3;
    let name_end = name_end(line.text, start)?;
    let name = &line.text[start..name_end];
    let label_start = line.space_end(name_end);
    let close = line.find_bracket(name_end)?;
    if label_start == name_end {
        return (close == name_end).then_some((close + 1, Kind::Anchor { name, label: None }));
    }
    let label = Some(&line.text[label_start.min(close)..close]);
    Some((close + 1, Kind::Anchor { name, label }))
}

/// The end of the XML name that starts at `start`.
pub(crate) fn name_end(text: &str, start: usize) -> Option<usize> {
    let first = text.get(start..)?.chars().next()?;
    if !(first == ':' || (is_word(first) && !is_digit(first))) {
        return None;
    }
    let length = text[start..].find(|c| !(matches!(c, ':' | '.' | '-') || is_word(c)));
    Some(length.map_or(text.len(), |length| start + length))
}
