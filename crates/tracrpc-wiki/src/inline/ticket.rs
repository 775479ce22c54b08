//! `#1`, `#1-3,5` and `#T1` (ticket 1 of another Trac).

use super::{Kind, Line};

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    if line.char_before(at) == Some('&') {
        return None;
    }
    let digits = line.run_end(at + 1, is_prefix_char);
    let end = ranges_end(line, digits)?;
    Some((
        end,
        Kind::Ticket {
            intertrac: &line.text[at + 1..digits],
        },
    ))
}

/// A character of an InterTrac prefix that numbers follow directly.
pub(super) fn is_prefix_char(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '.' | '+' | '-')
}

/// The end of `1`, `1-3` or `1:3`, and more of it behind commas.
pub(super) fn ranges_end(line: &Line<'_>, at: usize) -> Option<usize> {
    let mut end = range_end(line, at)?;
    while line.byte(end) == Some(b',') {
        let next = end
            + if line.starts_with(end + 1, "\u{200b}") {
                4
            } else {
                1
            };
        match range_end(line, next) {
            Some(longer) => end = longer,
            None => break,
        }
    }
    Some(end)
}

fn range_end(line: &Line<'_>, at: usize) -> Option<usize> {
    let end = number_end(line, at)?;
    let upper = matches!(line.byte(end), Some(b'-' | b':'))
        .then(|| number_end(line, end + 1))
        .flatten();
    Some(upper.unwrap_or(end))
}

pub(super) fn number_end(line: &Line<'_>, at: usize) -> Option<usize> {
    let digits = line
        .text
        .as_bytes()
        .get(at..)?
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    (digits > 0).then_some(at + digits)
}
