//! Scalars without quotes.

use super::{Lexer, PLAIN, State, ends_line, ends_word, spaces};
use crate::chars::is_space;

impl Lexer<'_> {
    /// The start of another line of a text without quotes: it ends where the block ends.
    pub(super) fn plain_new_line(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        if blank > 0 && self.scan.at_line_start() && ends_line(&rest[blank..]) {
            self.scan.push("w", blank);
            return true;
        }
        if self.scan.push_run("w", |c| c == '\n') {
            return true;
        }
        let is_end = rest.starts_with("---")
            || rest.starts_with("...")
            || self.indent.is_some_and(|indent| blank <= indent);
        if is_end {
            self.pop(3);
        } else {
            self.scan.push("w", blank);
            self.pop(1);
        }
        true
    }

    pub(super) fn plain_in_block(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let after = &rest[blank..];
        let ends_key = after.strip_prefix(':').is_some_and(ends_word);
        if ends_key || (blank > 0 && after.starts_with('#')) {
            self.scan.push("w", blank);
            self.pop(1);
            return true;
        }
        if blank > 0 && ends_line(after) {
            self.scan.push("w", blank);
            return true;
        }
        if self.scan.push_run("w", |c| c == '\n') {
            self.states.push(State::PlainNewLine);
            return true;
        }
        if self.scan.push_run(PLAIN, |c| c == ' ' || c == '\u{a0}') {
            return true;
        }
        let length = plain_length(rest);
        self.scan.push(PLAIN, length);
        length > 0
    }

    pub(super) fn plain_in_flow(&mut self) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let after = &rest[blank..];
        let is_mark = |c: char| ",:?[]{}".contains(c);
        if after.starts_with(is_mark) || (blank > 0 && after.starts_with('#')) {
            self.scan.push("w", blank);
            self.pop(1);
            return true;
        }
        if blank > 0 && (self.scan.at_line_start() || ends_line(after)) {
            self.scan.push("w", blank);
            return true;
        }
        self.scan.push_run("w", |c| c == '\n')
            || self.scan.push_run("nv", |c| c == ' ' || c == '\u{a0}')
            || self.scan.push_run("nv", |c| !is_space(c) && !is_mark(c))
    }
}

/// A word, with colons that no blank follows.
pub(super) fn plain_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let ends = match c {
            ':' => chars.peek().is_some_and(|(_, next)| is_space(*next)),
            c => is_space(c),
        };
        if ends {
            return at;
        }
    }
    text.len()
}
