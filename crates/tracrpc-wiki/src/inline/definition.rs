//! ` term:: ` starts a definition.

use super::{Kind, Line};

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let start = line.space_end(at);
    if start == at {
        return None;
    }
    let colons = term_end(line, start)?;
    let has_term = colons > start || line.text[at..start].chars().count() > 1;
    let end = line.space_end(colons + 2);
    let ends_well = end > colons + 2 || end == line.text.len();
    if !has_term || !ends_well {
        return None;
    }
    let matched = &line.text[at..end];
    // The term ends at the first `::`, even if that one stands in inline code.
    let term = matched.split_once("::").map_or(matched, |(term, _)| term);
    Some((end, Kind::Definition { term }))
}

/// Where the `::` stands that ends the term: inline code is skipped, single colons are part of it.
fn term_end(line: &mut Line<'_>, start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let rest = line.text.get(at..)?;
        let stop = at + rest.find(['`', '{', ':'])?;
        at = match line.byte(stop)? {
            b'`' => line.find_backtick(stop + 1)? + 1,
            b'{' if line.starts_with(stop, "{{{") => line.find_closing_braces(stop + 3)? + 3,
            b':' => {
                let after = line.char_at(stop + 1)?;
                if after == ':' {
                    return Some(stop);
                }
                stop + 1 + after.len_utf8()
            }
            _ => return None,
        };
    }
}
