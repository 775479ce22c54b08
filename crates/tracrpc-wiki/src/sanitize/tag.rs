//! Start tags, as Python's `html.parser` reads them.

use super::unescape::unescape;
use crate::chars::is_space;

/// A start tag that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StartTag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, Option<String>)>,
    /// It ends in `/>`.
    pub(super) is_closed: bool,
}

/// What stands at a `<` with a letter behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// A tag, and how long it is.
    Tag(StartTag, usize),
    /// So much text: the tag is broken.
    Text(usize),
    /// There is no end to it; so much was looked at.
    Incomplete(usize),
}

/// The end of a tag's name at the start of a text.
pub(super) fn name_end(text: &str) -> Option<usize> {
    let is_end = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{c}' | ' ' | '/' | '>' | '\0');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        .then(|| text.find(is_end).unwrap_or(text.len()))
}

/// Reads the start tag that `text` starts with.
pub(super) fn read_start_tag(text: &str) -> Reading {
    let name_end = 1 + name_end(&text[1..]).unwrap_or(0);
    let mut scan = Scan { text, at: name_end };
    let mut separators = scan.at;
    scan.skip_separators();
    let mut attributes = Vec::new();
    while let Some(attribute) = scan.attribute() {
        attributes.push(attribute);
        separators = scan.at;
        scan.skip_separators();
    }
    let is_closed = text[separators..scan.at].ends_with('/');
    let rest = &text[scan.at..];
    match rest.chars().next() {
        Some('>') => {
            let tag = StartTag {
                name: text[1..name_end].to_lowercase(),
                attributes,
                is_closed,
            };
            Reading::Tag(tag, scan.at + 1)
        }
        None => Reading::Incomplete(scan.at),
        Some(c) if c == '=' || c == '/' || c.is_ascii_alphabetic() => Reading::Incomplete(scan.at),
        Some(_) => Reading::Text(scan.at.max(1)),
    }
}

/// A place within a tag.
struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip(&mut self, belongs: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    }

    /// White space and slashes.
    fn skip_separators(&mut self) {
        self.skip(|c| c == '/' || is_space(c));
    }

    /// Reads an attribute: its name in lower case, and its value if it has one.
    fn attribute(&mut self) -> Option<(String, Option<String>)> {
        let before = self.text[..self.at].chars().next_back()?;
        let first = self
            .rest()
            .chars()
            .next()
            .filter(|&c| !is_space(c) && c != '/' && c != '>')?;
        if !(matches!(before, '\'' | '"' | '/') || is_space(before)) {
            return None;
        }
        let start = self.at;
        self.at += first.len_utf8();
        self.skip(|c| !is_space(c) && !matches!(c, '/' | '=' | '>'));
        let name = self.text[start..self.at].to_lowercase();
        Some((name, self.value()))
    }

    /// Reads `= value`; goes nowhere if there is none.
    fn value(&mut self) -> Option<String> {
        let start = self.at;
        self.skip(is_space);
        let signs = self.at;
        self.skip(|c| c == '=');
        let signs_end = self.at;
        if signs_end == signs {
            self.at = start;
            return None;
        }
        self.skip(is_space);
        let value = match self.rest().chars().next() {
            Some(quote @ ('\'' | '"')) => match self.rest()[1..].find(quote) {
                Some(length) => {
                    let value = &self.rest()[1..1 + length];
                    self.at += length + 2;
                    value
                }
                None => return self.value_of_open_quote(start, signs, signs_end),
            },
            _ => self.bare_value(),
        };
        Some(unescape(value).into_owned())
    }

    fn bare_value(&mut self) -> &'t str {
        let start = self.at;
        self.skip(|c| c != '>' && !is_space(c));
        &self.text[start..self.at]
    }

    /// A quote that does not end starts no value: what stands before it may be an empty one.
    fn value_of_open_quote(
        &mut self,
        start: usize,
        signs: usize,
        signs_end: usize,
    ) -> Option<String> {
        if self.at > signs_end {
            return Some(String::new());
        }
        if signs_end - signs > 1 {
            self.at = signs_end - 1;
            return Some(unescape(self.bare_value()).into_owned());
        }
        self.at = start;
        None
    }
}
