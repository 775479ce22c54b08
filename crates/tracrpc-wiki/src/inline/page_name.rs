//! CamelCase page names: `WikiStart`, `../OtherPage`, `[WikiStart label]`.

use super::link_text::label_after_space;
use super::{Kind, Line};
use crate::chars::{is_digit, is_lower, is_space, is_upper, is_word};

/// A page name that stands alone, perhaps with a relative path before it.
pub(super) fn matcher<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    if line.char_before(at).is_some_and(|c| c == '/' || is_word(c)) {
        return None;
    }
    let name = name_start(line, at)?;
    let end = name_end(line, name, |_| true)?;
    Some((end, Kind::PageName))
}

/// `[PageName label]`.
pub(super) fn with_label<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    if !line.char_at(at + 1).is_some_and(is_upper) {
        return None;
    }
    let text = line.text;
    let page_end = name_end(line, at + 1, |end| text[end..].starts_with(is_space))?;
    let (label, end) = label_after_space(line, page_end, is_space, 1)?;
    Some((
        end,
        Kind::PageLink {
            page: &text[at + 1..page_end],
            label,
        },
    ))
}

/// Where the name starts, behind any `/`, `./` and `../`.
fn name_start(line: &mut Line<'_>, at: usize) -> Option<usize> {
    let bytes = line.text.as_bytes();
    if !matches!(bytes.get(at), Some(b'.' | b'/')) {
        return Some(at);
    }
    if at < line.no_relative_page_before {
        return None;
    }
    let end = at
        + bytes[at..]
            .iter()
            .position(|b| !matches!(b, b'.' | b'/'))
            .unwrap_or(bytes.len() - at);
    let run = &bytes[at..end];
    let ends_well = run.ends_with(b"/") && line.char_at(end).is_some_and(is_upper);
    if !ends_well {
        line.no_relative_page_before = end;
        return None;
    }
    if let Some(dots) = last_three_dots(run) {
        line.no_relative_page_before = at + dots + 1;
        return None;
    }
    Some(end)
}

/// No path starts at or before three dots in a row.
fn last_three_dots(run: &[u8]) -> Option<usize> {
    run.windows(3).rposition(|dots| dots == b"...")
}

/// The end of the page name that starts at `start`: the longest that may end there and that
/// `accept` agrees to.
fn name_end(line: &Line<'_>, start: usize, accept: impl Fn(usize) -> bool) -> Option<usize> {
    let mut words = word_ends(line, start);
    while words.count >= 2 {
        let end = words.last();
        let with_slash = (line.byte(end) == Some(b'/')).then_some(end + 1);
        for base in with_slash.into_iter().chain([end]) {
            if let Some(end) = end_with_suffix(line, base, &accept) {
                return Some(end);
            }
        }
        words.drop_last();
    }
    None
}

/// The ends of the capitalised words of a name: how many there are, and the last few.
struct WordEnds {
    count: usize,
    ends: Vec<usize>,
}

impl WordEnds {
    fn last(&self) -> usize {
        self.ends.last().copied().unwrap_or_default()
    }

    fn drop_last(&mut self) {
        self.ends.pop();
        self.count -= 1;
    }
}

fn word_ends(line: &Line<'_>, start: usize) -> WordEnds {
    let mut ends = Vec::new();
    let mut at = start;
    while let Some(capital) = line.char_at(at).filter(|&c| is_upper(c)) {
        let small = at + capital.len_utf8();
        let end = line.run_end(small, is_lower);
        if end == small {
            break;
        }
        ends.push(end);
        at = if line.byte(end) == Some(b'/') {
            end + 1
        } else {
            end
        };
    }
    WordEnds {
        count: ends.len(),
        ends,
    }
}

/// The end of a name whose words end at `base`: perhaps with `@version` and `#fragment`.
fn end_with_suffix(line: &Line<'_>, base: usize, accept: &impl Fn(usize) -> bool) -> Option<usize> {
    let version = version_end(line, base);
    for at in version.into_iter().chain([base]) {
        if let Some(end) = fragment_end(line, at, accept) {
            return Some(end);
        }
        if may_end(line, at) && accept(at) {
            return Some(at);
        }
    }
    None
}

fn version_end(line: &Line<'_>, at: usize) -> Option<usize> {
    if line.byte(at) != Some(b'@') {
        return None;
    }
    let end = line.run_end(at + 1, |c| c.is_ascii_digit());
    (end > at + 1).then_some(end)
}

/// The end of a `#fragment`: the longest that does not end in a dot or colon and may end there.
fn fragment_end(line: &Line<'_>, at: usize, accept: &impl Fn(usize) -> bool) -> Option<usize> {
    if line.byte(at) != Some(b'#') {
        return None;
    }
    let first = line
        .char_at(at + 1)
        .filter(|&c| c == ':' || (is_word(c) && !is_digit(c)))?;
    let shortest = at + 1 + first.len_utf8();
    let longest = line.run_end(shortest, |c| matches!(c, ':' | '.' | '-') || is_word(c));
    let mut end = longest;
    while end > shortest {
        let last = line.char_before(end)?;
        if (last == '-' || is_word(last)) && may_end(line, end) && accept(end) {
            return Some(end);
        }
        end -= last.len_utf8();
    }
    (may_end(line, end) && accept(end)).then_some(end)
}

/// Whether what follows lets a name end at `at`: no letter or number, a colon only before white space.
fn may_end(line: &Line<'_>, at: usize) -> bool {
    match line.char_at(at) {
        None => true,
        Some(':') => line.char_at(at + 1).is_none_or(is_space),
        Some(c) => !is_word(c) && !is_upper(c) && !is_lower(c),
    }
}
