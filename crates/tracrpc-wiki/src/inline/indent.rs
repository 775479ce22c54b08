//! White space at the start of a line: a quote, or more of a list item.

use super::{Kind, Line};

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let end = line.space_end(at);
    let is_indent = end > at && end < line.text.len();
    is_indent.then(|| {
        (
            end,
            Kind::Indent {
                indent: line.text[at..end].chars().count(),
            },
        )
    })
}
