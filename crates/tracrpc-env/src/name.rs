//! Names of milestones, versions and the like: how they are cleaned and sorted.

use std::cmp::Ordering;

use tracrpc_db::ErrorKind;
use tracrpc_translation::Message;

use crate::error::{Error, Result};

/// The name with its white space simplified.
///
/// # Errors
/// *Invalid* if nothing is left; `kind` says of what it was to be the name.
pub fn checked_name(refusal: impl FnOnce() -> Message, name: &str) -> Result<String> {
    let name = simplify_whitespace(name);
    match name.is_empty() {
        true => Err(Error::invalid(refusal())),
        false => Ok(name),
    }
}

/// The result of a statement that gives something a name, as a *conflict* that
/// says `message` if the name is taken.
pub fn unless_taken(
    result: Result<u64, tracrpc_db::Error>,
    message: impl FnOnce() -> Message,
) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::Unique => Err(Error::conflict(message())),
        result => Ok(result.map(|_| ())?),
    }
}

/// The name without white space around it, and with one space for each run of it.
pub fn simplify_whitespace(name: &str) -> String {
    name.split(is_python_space)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What Python's `str.split` takes for white space: Unicode's and four controls.
fn is_python_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// Compares names so that numbers in them count as numbers: `m2` before `m10`.
/// Names that differ in leading zeros only are equal.
pub fn natural_order(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (Pieces { rest: one }, Pieces { rest: other });
    loop {
        let ordering = match (one.next(), other.next()) {
            (None, None) => return Ordering::Equal,
            (one, other) => one.cmp(&other),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
}

/// A text before a number, and the number: by length, then by digits.
type Piece<'a> = (&'a str, Option<(usize, &'a str)>);

struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let is_digit = |c: char| c.is_ascii_digit();
        let start = self.rest.find(is_digit).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(start);
        let end = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
        let (digits, rest) = rest.split_at(end);
        self.rest = rest;
        let significant = digits.trim_start_matches('0');
        Some((
            text,
            (!digits.is_empty()).then_some((significant.len(), significant)),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitespace() {
        for (name, expected) in [
            (" a  b ", "a b"),
            ("  ", ""),
            ("a\r\n\tb\u{a0}\u{3000}c\x1f", "a b c"),
            ("a\u{200b}b", "a\u{200b}b"),
        ] {
            assert_eq!(simplify_whitespace(name), expected);
        }
    }

    #[test]
    fn numbers_count_as_numbers() {
        let mut names = vec![
            "m10",
            "m2",
            "",
            "m",
            "1.10",
            "1.9",
            "m2a",
            "M3",
            "é",
            "1",
            "99999999999999999999",
            "1.9.1",
            "b",
        ];
        names.sort_by(|one, other| natural_order(one, other));
        assert_eq!(
            names,
            [
                "",
                "1",
                "1.9",
                "1.9.1",
                "1.10",
                "99999999999999999999",
                "M3",
                "b",
                "m",
                "m2",
                "m2a",
                "m10",
                "é"
            ]
        );
        assert_eq!(natural_order("a01", "a1"), Ordering::Equal);
    }
}
