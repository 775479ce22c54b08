//! Names, also with `::` in them.

use crate::chars::{is_digit, is_word};
use crate::highlight::scan::run;

/// The length of a name; its letters may be written as `\u0041`.
pub(super) fn name_length(text: &str) -> usize {
    if text.starts_with(is_digit) {
        return 0;
    }
    let mut end = 0;
    while let Some(length) = name_part(&text[end..]) {
        end += length;
    }
    end
}

/// The length of a name that may have `::` in it.
pub(super) fn qualified_length(text: &str) -> usize {
    if text.starts_with(is_digit) {
        return 0;
    }
    let mut end = 0;
    loop {
        match name_part(&text[end..]) {
            Some(length) => end += length,
            None if text[end..].starts_with("::") => end += 2,
            None => return end,
        }
    }
}

pub(super) fn name_part(text: &str) -> Option<usize> {
    let plain = run(text, |c| is_word(c) || c == '$');
    if plain > 0 {
        return Some(plain);
    }
    let hex = |count: usize| {
        let digits = text.get(2..2 + count)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_hexdigit())
            .then_some(2 + count)
    };
    match text.as_bytes() {
        [b'\\', b'u', ..] => hex(4),
        [b'\\', b'U', ..] => hex(8),
        _ => None,
    }
}
