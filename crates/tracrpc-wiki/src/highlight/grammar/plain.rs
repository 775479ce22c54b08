//! Text that no scope has a class for: it is coloured by its characters.

use super::super::scan::{Tokens, run};
use crate::chars::{is_space, is_word};

/// The classes of what has no class by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) blank: &'static str,
    pub(super) name: &'static str,
    pub(super) mark: &'static str,
    pub(super) operator: &'static str,
}

impl Plain {
    /// Takes a text as words, blanks and marks.
    pub(super) fn paint<'t>(&self, text: &'t str, tokens: &mut Tokens<'t>) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (class, length) = match first {
                c if is_space(c) => (self.blank, run(rest, is_space)),
                c if is_word(c) => (self.name, run(rest, is_word)),
                c if "()[]{},;.:".contains(c) => (self.mark, 1),
                c if c.is_ascii_punctuation() => (self.operator, 1),
                c => ("", c.len_utf8()),
            };
            tokens.push((class, &rest[..length]));
            rest = &rest[length..];
        }
    }
}
