//! Scalars in quotes, and those that are blocks of lines.

use super::{INDICATOR, Lexer, State, ends_line, ends_word, spaces};
use crate::chars::is_space;
use crate::highlight::scan::run;

impl Lexer<'_> {
    pub(super) fn quoted(&mut self, first: char, quote: char) -> bool {
        let rest = self.scan.rest();
        let blank = spaces(rest);
        let at_edge = self.scan.at_line_start() || ends_line(&rest[blank..]);
        if blank > 0 && at_edge {
            self.scan.push("w", blank);
            return true;
        }
        if self.scan.push_run("w", |c| c == '\n')
            || self.scan.push_run("nv", |c| c == ' ' || c == '\u{a0}')
        {
            return true;
        }
        if quote == '\'' && self.scan.push_mark("se", "''") {
            return true;
        }
        if first == quote {
            self.scan.push("s", 1);
            self.pop(1);
            return true;
        }
        if quote == '"' && first == '\\' {
            return self.escape();
        }
        let is_text = |c: char| !is_space(c) && c != quote && !(quote == '"' && c == '\\');
        self.scan.push_run("s", is_text)
    }

    pub(super) fn escape(&mut self) -> bool {
        let code = &self.scan.rest()[1..];
        let hex = |count: usize| {
            let digits = code.get(1..=count);
            digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        let (class, length) = match code.chars().next() {
            Some(c) if "0abt\tn\nvfre \"\\N_LP".contains(c) => ("s", 2),
            Some('x') if hex(2) => ("se", 4),
            Some('u') if hex(4) => ("se", 6),
            Some('U') if hex(8) => ("se", 10),
            _ => return false,
        };
        self.scan.push(class, length);
        true
    }

    /// What follows `|` or `>`: how far the text is indented, and what becomes of its end.
    pub(super) fn block_header(&mut self) -> bool {
        let rest = self.scan.rest();
        let length = run(rest, |c| "+-123456789".contains(c));
        let (header, after) = rest.split_at(length);
        let digits = header.bytes().filter(u8::is_ascii_digit).count();
        if !ends_word(after) || digits > 1 || length - digits > 1 {
            return false;
        }
        self.block_indent = None;
        let digit = header.bytes().find(u8::is_ascii_digit);
        if let Some(digit) = digit {
            self.block_indent = Some(self.indent.unwrap_or(0) + usize::from(digit - b'0'));
        }
        self.scan.push(INDICATOR, length);
        self.states.push(State::RestOfLine);
        true
    }

    pub(super) fn block_content(&mut self, first: char) -> bool {
        if first == '\n' {
            self.scan.push("w", 1);
            return true;
        }
        if !self.scan.at_line_start() {
            return self
                .scan
                .push_run("no", |c| c == ' ' || c == '\t' || !is_space(c));
        }
        let blank = spaces(self.scan.rest());
        let is_empty = blank > 0 && ends_line(&self.scan.rest()[blank..]);
        if is_empty {
            let indent = self.block_indent.unwrap_or(blank).min(blank);
            self.scan.push("w", indent);
            self.scan.push("no", blank - indent);
            return true;
        }
        let is_inside = match self.block_indent {
            None => blank > self.indent.unwrap_or(0),
            Some(indent) => blank >= indent,
        };
        if !is_inside {
            self.pop(2);
            return true;
        }
        self.block_indent.get_or_insert(blank);
        self.scan.push("w", blank);
        blank > 0
    }
}
