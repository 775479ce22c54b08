//! `[[…]]`: a macro call or a link.

use super::{Kind, Line};

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    if !line.starts_with(at, "[[") {
        return None;
    }
    let close = line.find_double_bracket(at + 2)?;
    let content = &line.text[at + 2..close];
    (!content.is_empty()).then_some((close + 2, Kind::MacroOrLink { content }))
}
