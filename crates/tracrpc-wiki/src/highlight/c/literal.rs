//! Strings and characters.

use super::{Lexer, State};
use crate::chars::is_space;
use crate::highlight::scan::run;

impl Lexer<'_> {
    pub(super) fn raw_string(&mut self) -> bool {
        let rest = self.scan.rest();
        let prefixes = ["R\"", "LR\"", "uR\"", "UR\"", "u8R\""];
        let Some(prefix) = prefixes.iter().find(|prefix| rest.starts_with(**prefix)) else {
            return false;
        };
        let inside = &rest[prefix.len()..];
        let mark = run(inside, |c| !is_space(c) && !matches!(c, '\\' | '(' | ')'));
        let delimiter = &inside[..mark];
        if delimiter.chars().count() > 16 || !inside[mark..].starts_with('(') {
            return false;
        }
        let end = format!("){delimiter}\"");
        let start = prefix.len() + mark + 1;
        let Some(end_at) = self.scan.find(start, &end) else {
            return false;
        };
        for (class, length) in [
            ("sa", prefix.len() - 1),
            ("s", 1),
            ("dl", mark + 1),
            ("s", end_at - start),
            ("dl", mark + 1),
            ("s", 1),
        ] {
            self.scan.push(class, length);
        }
        true
    }

    /// The start of a string, or a character.
    pub(super) fn quoted(&mut self) -> bool {
        let rest = self.scan.rest();
        let affix = match rest.as_bytes() {
            [b'L' | b'u' | b'U', b'"' | b'\'', ..] => 1,
            [b'u', b'8', b'"' | b'\'', ..] => 2,
            _ => 0,
        };
        let quote = &rest[affix..];
        if quote.starts_with('"') {
            self.scan.push("sa", affix);
            self.scan.push("s", 1);
            self.states.push(State::Text);
            return true;
        }
        let length = character_length(quote);
        if length > 0 {
            self.scan.push("sa", affix);
            self.scan.push("sc", length);
        }
        length > 0
    }

    pub(super) fn text(&mut self) -> bool {
        if self.pop_mark("s", "\"") {
            return true;
        }
        let rest = self.scan.rest();
        match escape_length(rest) {
            0 => {}
            length => {
                self.scan.push("se", length);
                return true;
            }
        }
        self.scan.push_run("s", |c| !matches!(c, '\\' | '"' | '\n'))
            || self.scan.push_mark("s", "\\\n")
            || self.scan.push_mark("s", "\\")
    }
}

pub(super) fn character_length(text: &str) -> usize {
    let Some(inside) = text.strip_prefix('\'') else {
        return 0;
    };
    let mut chars = inside.chars();
    let lengths = match (chars.next(), chars.next()) {
        (Some('\\'), Some(c)) if c != '\n' => {
            let octal = run(&inside[1..], |c| matches!(c, '0'..='7')).min(3);
            let hex = match c {
                'x' => run(&inside[2..], |c| c.is_ascii_hexdigit()).min(2) + 1,
                _ => 0,
            };
            [c.len_utf8(), octal, hex].map(|length| length + 1)
        }
        (Some('\'' | '\\' | '\n') | None, _) => return 0,
        (Some(c), _) => [c.len_utf8(); 3],
    };
    let ends = |length: &usize| inside[*length..].starts_with('\'');
    lengths
        .into_iter()
        .find(ends)
        .map_or(0, |length| length + 2)
}

/// The length of an escape in a string, or 0.
pub(super) fn escape_length(text: &str) -> usize {
    let Some(code) = text.strip_prefix('\\') else {
        return 0;
    };
    let hex = || run(&code[1..], |c| c.is_ascii_hexdigit());
    match code.chars().next() {
        Some('\\' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '"' | '\'') => 2,
        Some('x') if hex() >= 2 => 2 + hex().min(4),
        Some('u') if hex() >= 4 => 6,
        Some('U') if hex() >= 8 => 10,
        Some('0'..='7') => 1 + run(code, |c| matches!(c, '0'..='7')).min(3),
        _ => 0,
    }
}
