//! Links in brackets: `[scheme:target label]`, `[/path label]`, `[../page]`, `[#anchor]`.

use super::link_text::label_after_space;
use super::short_link::scoped_quoted_end;
use super::{Kind, Line};
use crate::chars::{is_space, scheme_end};

pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    match line.byte(at + 1)? {
        b'/' | b'?' | b'#' | b'.' => relative(line, at + 1),
        b if b.is_ascii_alphabetic() => scoped(line, at + 1),
        _ => None,
    }
}

/// White space, and the zero-width space that Trac writes into labels.
fn is_separator(c: char) -> bool {
    c == '\u{200b}' || is_space(c)
}

fn relative<'t>(line: &mut Line<'t>, start: usize) -> Option<(usize, Kind<'t>)> {
    let dots = line.run_end(start, |c| c == '.') - start;
    if dots > 2 || line.find_bracket(start).is_none() {
        return None;
    }
    let path_end = match line.byte(start + dots) {
        Some(b'/' | b'?' | b'#') => line.run_end(start + dots, |c| c != ']' && !is_space(c)),
        _ => start + dots,
    };
    let path = &line.text[start..path_end];
    let (label, end) = optional_label(line, path_end)?;
    Some((end, Kind::RelativeLink { path, label }))
}

fn scoped<'t>(line: &mut Line<'t>, start: usize) -> Option<(usize, Kind<'t>)> {
    let text = line.text;
    let colon = start + scheme_end(&text[start..])?;
    if line.byte(colon) != Some(b':') || line.find_bracket(colon).is_none() {
        return None;
    }
    let target = colon + 1;
    let quoted = [scoped_quoted_end(line, target), line.quoted_end(target)];
    let mut bare = None;
    for candidate in 0..3 {
        let target_end = match quoted.get(candidate) {
            Some(end) => *end,
            None => {
                bare =
                    bare.or_else(|| Some(line.run_end(target, |c| c != ']' && !is_separator(c))));
                bare
            }
        };
        if let Some(target_end) = target_end
            && let Some((label, end)) = optional_label(line, target_end)
        {
            let (scheme, target) = (&text[start..colon], &text[target..target_end]);
            return Some((
                end,
                Kind::LongLink {
                    scheme,
                    target,
                    label,
                },
            ));
        }
    }
    None
}

/// Reads `]`, or white space, a label and `]`.
fn optional_label<'t>(line: &mut Line<'t>, at: usize) -> Option<(Option<&'t str>, usize)> {
    if line.byte(at) == Some(b']') {
        return Some((None, at + 1));
    }
    let (label, end) = label_after_space(line, at, is_separator, 0)?;
    Some((Some(label), end))
}
