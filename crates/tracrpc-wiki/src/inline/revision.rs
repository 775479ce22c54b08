//! Changesets and ranges of them: `[1]`, `[T1/path]`, `r1`, `[1:3]`, `r1:3`.

use super::ticket::{is_prefix_char, number_end, ranges_end};
use super::{Kind, Line};
use crate::chars::is_word;

/// The fewest digits of a hexadecimal revision.
const MIN_HEX: usize = 8;

/// `[1]`, `[deadbeef]`, `[T1/path?query#fragment]`.
pub(super) fn changeset<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let run_end = line.run_end(at + 1, |c| is_prefix_char(c) || c.is_ascii_digit());
    let spaces_end = line.space_end(run_end);
    let spaced = spaces_end > run_end;
    let (revision, end) = if spaced {
        (spaces_end, spaced_revision_end(line, at + 1, spaces_end)?)
    } else {
        unspaced_revision(line, at + 1, run_end)?
    };
    if !matches!(line.byte(end), Some(b'/' | b'?' | b'#' | b']')) {
        return None;
    }
    let close = line.find_bracket(end)?;
    Some((
        close + 1,
        Kind::Changeset {
            intertrac: &line.text[at + 1..revision],
        },
    ))
}

/// A revision behind `prefix` and white space.
fn spaced_revision_end(line: &Line<'_>, prefix: usize, at: usize) -> Option<usize> {
    let prefix_end = line.run_end(prefix, is_prefix_char);
    if line.space_end(prefix_end) != at {
        return None;
    }
    let end = line.run_end(at, |c| c.is_ascii_hexdigit());
    let revision = &line.text[at..end];
    is_revision(revision).then_some(end)
}

/// Splits `T12` or `T-deadbeef` into a prefix, as short as can be, and a revision.
fn unspaced_revision(line: &Line<'_>, start: usize, end: usize) -> Option<(usize, usize)> {
    let run = &line.text.as_bytes()[start..end];
    let hex = start
        + run
            .iter()
            .rposition(|b| !b.is_ascii_hexdigit())
            .map_or(0, |at| at + 1);
    let digits = start
        + run
            .iter()
            .rposition(|b| !b.is_ascii_digit())
            .map_or(0, |at| at + 1);
    let first_digit = start + run.iter().position(u8::is_ascii_digit).unwrap_or(run.len());
    let revision = if end - hex >= MIN_HEX { hex } else { digits };
    (revision < end && revision <= first_digit).then_some((revision, end))
}

fn is_revision(text: &str) -> bool {
    !text.is_empty() && (text.len() >= MIN_HEX || text.bytes().all(|b| b.is_ascii_digit()))
}

/// `r1` and `r1/path`, but not the start of `r1:3`.
pub(super) fn short_changeset<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let end = number_end(line, start_of_short(line, at)?)?;
    let followed_by_range =
        line.byte(end) == Some(b':') && line.byte(end + 1).is_some_and(|b| b.is_ascii_digit());
    if is_followed_by_word(line, end) || followed_by_range {
        return None;
    }
    Some((path_end(line, end), Kind::Revision))
}

/// `r1:3` and `r1:3,5/path`.
pub(super) fn short_log<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let start = start_of_short(line, at)?;
    let mut end = ranges_end(line, start)?;
    while is_followed_by_word(line, end) {
        let shorter = line.text[start..end].trim_end_matches(|c: char| c.is_ascii_digit());
        let shorter = shorter.trim_end_matches(['-', ':', ',', '\u{200b}']);
        end = start + shorter.len();
        if shorter.is_empty() {
            return None;
        }
    }
    Some((path_end(line, end), Kind::RevisionRange))
}

/// Behind an `r` that starts a word (or that a `!` precedes).
fn start_of_short(line: &Line<'_>, at: usize) -> Option<usize> {
    (!line.char_before(at).is_some_and(is_word)).then_some(at + 1)
}

fn is_followed_by_word(line: &Line<'_>, at: usize) -> bool {
    line.char_at(at).is_some_and(is_word)
}

fn path_end(line: &Line<'_>, at: usize) -> usize {
    if line.byte(at) != Some(b'/') {
        return at;
    }
    let end = line.run_end(at + 1, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '+' | '-')
    });
    if end > at + 1 { end } else { at }
}

/// `[1:3]`, `[T1-3,5/path]`, `[deadbeef:cafebabe]`.
pub(super) fn log<'t>(line: &mut Line<'t>, at: usize) -> Option<(usize, Kind<'t>)> {
    let close = line.find_bracket(at + 1)?;
    let prefix_end = line.run_end(at + 1, is_prefix_char);
    let mut start = at + 1;
    while start < prefix_end {
        if line.text.as_bytes()[start].is_ascii_hexdigit() {
            if let Some(found) = log_at(line, at, start, close) {
                return Some(found);
            }
            start = line
                .run_end(start, |c| c.is_ascii_hexdigit())
                .min(prefix_end);
        } else {
            start += 1;
        }
    }
    log_at(line, at, line.space_end(prefix_end), close)
}

/// A log link whose revisions start at `start`.
fn log_at<'t>(line: &Line<'t>, at: usize, start: usize, close: usize) -> Option<(usize, Kind<'t>)> {
    let ends_well = |end: &usize| matches!(line.byte(*end), Some(b'/' | b'?' | b']'));
    let end = ranges_end(line, start)
        .filter(ends_well)
        .or_else(|| revision_pair_end(line, start).filter(ends_well))?;
    let path = (end < close).then(|| &line.text[end..close]);
    let kind = Kind::Log {
        intertrac: &line.text[at + 1..start],
        revisions: &line.text[start..end],
        path,
    };
    Some((close + 1, kind))
}

/// The end of one revision or of two with `:` or `-` between them.
fn revision_pair_end(line: &Line<'_>, start: usize) -> Option<usize> {
    let end = revision_end(line, start)?;
    let second = matches!(line.byte(end), Some(b'-' | b':'))
        .then(|| revision_end(line, end + 1))
        .flatten();
    Some(second.unwrap_or(end))
}

fn revision_end(line: &Line<'_>, at: usize) -> Option<usize> {
    let hex = line
        .text
        .as_bytes()
        .get(at..)?
        .iter()
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    if hex >= MIN_HEX {
        Some(at + hex)
    } else {
        number_end(line, at)
    }
}
