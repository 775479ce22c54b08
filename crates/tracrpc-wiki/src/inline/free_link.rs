//! `["any page name"]` and `["any page name" label]`.

use super::link_text::label_after_space;
use super::{Kind, Line};
use crate::chars::is_space;

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let page_end = line.quoted_end(at + 1)?;
    let page = &line.text[at + 2..page_end - 1];
    if line.byte(page_end) == Some(b']') {
        return Some((page_end + 1, Kind::FreeLink { page, label: None }));
    }
    let (label, end) = label_after_space(line, page_end, is_space, 1)?;
    Some((
        end,
        Kind::FreeLink {
            page,
            label: Some(label),
        },
    ))
}
