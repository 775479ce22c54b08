//! Patterns of LIKE, and how they are looked for.

use memchr::memmem::Finder;

use super::folded::{fold_into, until_nul};

/// The longest pattern that SQLite takes, in bytes.
const MAX_LENGTH: usize = 50_000;

/// SQLite reads the two characters that Unicode keeps for none as U+FFFD.
const ALIKE: [char; 3] = ['\u{fffd}', '\u{fffe}', '\u{ffff}'];

/// A pattern whose only wildcards are `%`.
///
/// Letters are compared as SQLite compares them: the case of those of ASCII
/// does not matter.
#[derive(Debug)]
pub(super) struct Pattern {
    is_ascii: bool,
    /// What comes before the first `%`; everything if there is none.
    start: Vec<u8>,
    rest: Option<Rest>,
}

/// What follows the first `%`.
#[derive(Debug)]
struct Rest {
    /// In this order, without case.
    middle: Vec<Finder<'static>>,
    end: Vec<u8>,
}

impl Pattern {
    /// The pattern `text` with an escape character; none if it says what is
    /// better left to SQLite.
    pub(super) fn new(text: &str, escape: Option<char>) -> Option<Pattern> {
        if text.len() > MAX_LENGTH || text.contains(ALIKE) {
            return None;
        }
        // To SQLite a text ends there.
        let text = text.split('\0').next().unwrap_or_default();
        let mut parts = parts(text, escape)?.into_iter();
        Some(Pattern {
            is_ascii: text.is_ascii(),
            start: parts.next().unwrap_or_default(),
            rest: parts.next_back().map(|end| Rest {
                middle: parts.filter(|part| !part.is_empty()).map(finder).collect(),
                end,
            }),
        })
    }

    /// Whether texts that are not UTF-8 can be compared byte by byte.
    pub(super) fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    /// Whether the whole of `text` is as the pattern says. `folded` is room
    /// for a copy of it.
    pub(super) fn matches(&self, text: &[u8], folded: &mut Vec<u8>) -> bool {
        let text = until_nul(text);
        let Some(rest) = &self.rest else {
            return text.eq_ignore_ascii_case(&self.start);
        };
        let inner = strip_start(text, &self.start).and_then(|text| strip_end(text, &rest.end));
        match inner {
            None => false,
            Some(_) if rest.middle.is_empty() => true,
            Some(inner) => {
                folded.clear();
                fold_into(folded, inner);
                occur_in_order(&rest.middle, folded)
            }
        }
    }
}

fn finder(part: Vec<u8>) -> Finder<'static> {
    Finder::new(&part.to_ascii_lowercase()).into_owned()
}

/// What stands between the `%` of a pattern; none if it has other wildcards,
/// or ends with an escape character.
fn parts(text: &str, escape: Option<char>) -> Option<Vec<Vec<u8>>> {
    let mut parts = vec![Vec::new()];
    let mut characters = text.chars();
    while let Some(mut character) = characters.next() {
        if Some(character) == escape {
            character = characters.next()?;
        } else if character == '%' {
            parts.push(Vec::new());
            continue;
        } else if character == '_' {
            return None;
        }
        let mut room = [0; 4];
        parts
            .last_mut()?
            .extend(character.encode_utf8(&mut room).bytes());
    }
    Some(parts)
}

fn strip_start<'a>(text: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let (begin, rest) = text.split_at_checked(start.len())?;
    begin.eq_ignore_ascii_case(start).then_some(rest)
}

fn strip_end<'a>(text: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let place = text.len().checked_sub(end.len())?;
    let (rest, tail) = text.split_at_checked(place)?;
    tail.eq_ignore_ascii_case(end).then_some(rest)
}

fn occur_in_order(parts: &[Finder<'_>], mut text: &[u8]) -> bool {
    for part in parts {
        let Some(place) = part.find(text) else {
            return false;
        };
        text = &text[place + part.needle().len()..];
    }
    true
}
