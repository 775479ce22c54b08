//! `` `code` `` and `{{{code}}}`.

use super::{Kind, Line};

pub(super) fn braces<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    if !line.starts_with(at, "{{{") {
        return None;
    }
    let close = line.find_closing_braces(at + 3)?;
    code(line, at + 3, close, close + 3)
}

pub(super) fn backticks<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let close = line.find_backtick(at + 1)?;
    code(line, at + 1, close, close + 1)
}

fn code<'t>(line: &Line<'t>, start: usize, close: usize, end: usize) -> Option<(usize, Kind<'t>)> {
    let code = &line.text[start..close];
    (!code.contains('\n')).then_some((end, Kind::Code(code)))
}
