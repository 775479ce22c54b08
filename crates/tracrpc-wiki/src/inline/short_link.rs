//! Links that stand in the text: `scheme:target` and `<scheme:any target>`.

use super::{Kind, Line};
use crate::chars::{is_scheme_byte, is_space, is_word, scheme_end};

/// `<scheme:target>`.
pub(super) fn in_angles<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let text = line.text;
    let colon = at + 1 + scheme_end(&text[at + 1..])?;
    if line.byte(colon) != Some(b':') {
        return None;
    }
    let close = line
        .find_angle(colon + 1)
        .filter(|&close| close > colon + 1)?;
    Some((
        close + 1,
        Kind::AngleLink {
            scheme: &text[at + 1..colon],
            target: &text[colon + 1..close],
        },
    ))
}

/// `scheme:target`.
pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    if at < line.no_scheme_before {
        return None;
    }
    let bytes = line.text.as_bytes();
    let colon = at
        + bytes[at..]
            .iter()
            .position(|&b| !is_scheme_byte(b))
            .unwrap_or(bytes.len() - at);
    let end = (bytes.get(colon) == Some(&b':'))
        .then(|| target_end(line, colon + 1))
        .flatten();
    if end.is_none() {
        line.no_scheme_before = colon;
    }
    let end = end?;
    Some((
        end,
        Kind::ShortLink {
            scheme: &line.text[at..colon],
            target: &line.text[colon + 1..end],
        },
    ))
}

fn target_end(line: &mut Line<'_>, at: usize) -> Option<usize> {
    scoped_quoted_end(line, at)
        .or_else(|| line.quoted_end(at))
        .or_else(|| bare_end(line, at))
}

/// The end of `scheme:"quoted"`.
pub(super) fn scoped_quoted_end(line: &mut Line<'_>, at: usize) -> Option<usize> {
    let colon = at + scheme_end(line.text.get(at..)?)?;
    if line.byte(colon) == Some(b':') {
        line.quoted_end(colon + 1)
    } else {
        None
    }
}

/// The end of a target without quotes: it starts with a letter or one of `/?!#@`, goes on to white
/// space, `<`, `>` or a lone `|`, and ends with the last letter, `/` or `=` of that.
fn bare_end(line: &Line<'_>, at: usize) -> Option<usize> {
    let first = line
        .char_at(at)
        .filter(|&c| matches!(c, '/' | '?' | '!' | '#' | '@') || is_letter(c))?;
    let start = at + first.len_utf8();
    let middle = line.text[start..]
        .char_indices()
        .find(|&(offset, c)| !continues(line, start + offset, c));
    let middle_end = middle.map_or(line.text.len(), |(offset, _)| start + offset);
    let last = line.text[start..middle_end]
        .char_indices()
        .rfind(|&(_, c)| matches!(c, '/' | '=') || is_letter(c));
    Some(last.map_or(start, |(offset, c)| start + offset + c.len_utf8()))
}

fn continues(line: &Line<'_>, at: usize, c: char) -> bool {
    match c {
        '|' => line
            .char_at(at + 1)
            .is_some_and(|next| next != '|' && !is_space(next)),
        '<' | '>' => false,
        _ => !is_space(c),
    }
}

fn is_letter(c: char) -> bool {
    c != '_' && is_word(c)
}
