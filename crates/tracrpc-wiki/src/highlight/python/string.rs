//! The strings of Python: their prefixes, escapes and placeholders.

use crate::chars::{is_digit, is_word};
use crate::highlight::scan::run;

/// Which escapes a string has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    None,
    Bytes,
    Text,
}

/// What kind of string is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    is_double: bool,
    pub(super) is_triple: bool,
    pub(super) is_format: bool,
    pub(super) escapes: Escapes,
}

impl Kind {
    /// The length of the prefix, and the kind of the string that starts here.
    pub(super) fn read(text: &str) -> Option<(usize, Kind)> {
        let prefix = run(text, |c| c.is_ascii_alphabetic());
        let quoted = text.get(prefix..)?;
        if prefix > 2 || !quoted.starts_with(['"', '\'']) {
            return None;
        }
        let (is_format, escapes) = match text[..prefix].to_ascii_lowercase().as_str() {
            "" | "u" => (false, Escapes::Text),
            "b" => (false, Escapes::Bytes),
            "f" | "t" => (true, Escapes::Text),
            "r" | "rb" | "br" => (false, Escapes::None),
            "rf" | "fr" | "rt" | "tr" => (true, Escapes::None),
            _ => return None,
        };
        let kind = Kind {
            is_double: quoted.starts_with('"'),
            is_triple: quoted.starts_with("\"\"\"") || quoted.starts_with("'''"),
            is_format,
            escapes,
        };
        Some((prefix, kind))
    }

    pub(super) fn class(self) -> &'static str {
        if self.is_double { "s2" } else { "s1" }
    }

    pub(super) fn close(self) -> &'static str {
        match (self.is_double, self.is_triple) {
            (true, true) => "\"\"\"",
            (true, false) => "\"",
            (false, true) => "'''",
            (false, false) => "'",
        }
    }

    /// In a string of one line, a backslash goes with a backslash, its quote or a line break,
    /// even in a raw one.
    pub(super) fn is_escaped_quote(self, text: &str) -> bool {
        let next = text[1..].chars().next();
        let quote = if self.is_double { '"' } else { '\'' };
        !self.is_triple && next.is_some_and(|c| c == '\\' || c == '\n' || c == quote)
    }
}

/// The length of an escape such as `\n` or `\x41`, or 0.
pub(super) fn escape_length(text: &str, has_names: bool) -> usize {
    let Some(code) = text.strip_prefix('\\') else {
        return 0;
    };
    let hex = |count: usize| {
        let digits = code.get(1..=count);
        let is_code = digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        if is_code { 2 + count } else { 0 }
    };
    match code.chars().next() {
        Some('\\' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '"' | '\'' | '\n') => 2,
        Some('x') => hex(2),
        Some('u') if has_names => hex(4),
        Some('U') if has_names => hex(8),
        Some('N') if has_names && code[1..].starts_with('{') => named_length(code),
        Some('0'..='7') => 1 + run(code, |c| ('0'..='7').contains(&c)).min(3),
        _ => 0,
    }
}

/// The longest name of a character that is looked for.
const LONGEST_NAME: usize = 100;

fn named_length(code: &str) -> usize {
    let mut bytes = code.bytes().take(LONGEST_NAME).take_while(|&b| b != b'\n');
    bytes.position(|b| b == b'}').map_or(0, |end| end + 2)
}

/// The length of `%s`, `%(name)d` or `{name}`, or 0, and how much was looked at.
pub(super) fn placeholder_length(text: &str) -> (usize, usize) {
    match text.strip_prefix('%') {
        Some(rest) => (
            percent_length(rest),
            8 + run(rest.trim_start_matches('('), is_word),
        ),
        None => brace_length(text),
    }
}

fn percent_length(text: &str) -> usize {
    let mut end = 0;
    if let Some(name) = text.strip_prefix('(') {
        let length = run(name, is_word);
        if length > 0 && name[length..].starts_with(')') {
            end = length + 2;
        }
    }
    end += run(&text[end..], |c| "-#0 +".contains(c));
    end += number_or_star(&text[end..]);
    if let Some(precision) = text[end..].strip_prefix('.') {
        let length = number_or_star(precision);
        end += if length > 0 { length + 1 } else { 0 };
    }
    end += usize::from(text[end..].starts_with(['h', 'l', 'L']));
    let is_end = text[end..].starts_with(|c| "EFGXcdefgiorsaux%".contains(c));
    if is_end { end + 2 } else { 0 }
}

fn number_or_star(text: &str) -> usize {
    match run(text, |c| c.is_ascii_digit()) {
        0 => usize::from(text.starts_with('*')),
        digits => digits,
    }
}

fn brace_length(text: &str) -> (usize, usize) {
    let mut end = 1 + run(&text[1..], is_word);
    while end > 1 {
        let part = &text[end..];
        let length = match part.as_bytes() {
            [b'.', ..] => 1 + run(&part[1..], is_word),
            [b'[', ..] => 1 + run(&part[1..], |c| c != ']'),
            _ => break,
        };
        let is_index = part.starts_with('[');
        if length < 2 || (is_index && !part[length..].starts_with(']')) {
            end += length;
            return (0, end);
        }
        end += length + usize::from(is_index);
    }
    let seen = end + 200;
    if text[end..].starts_with('!') && text[end + 1..].starts_with(['s', 'r', 'a']) {
        end += 2;
    }
    if text[end..].starts_with('}') {
        return (end + 1, seen);
    }
    let length = text[end..].strip_prefix(':').and_then(format_length);
    (length.map_or(0, |length| end + 1 + length), seen)
}

/// The length of a format with the brace that ends it.
fn format_length(text: &str) -> Option<usize> {
    let is_align = |c: char| "<>=^".contains(c);
    let mut chars = text.chars();
    let (first, second) = (chars.next()?, chars.next());
    let filled = second
        .filter(|&c| is_align(c) && first != '\n')
        .map(|_| first.len_utf8() + 1);
    let aligned = Some(1).filter(|_| is_align(first));
    let starts = [filled, aligned, Some(0)];
    starts
        .into_iter()
        .flatten()
        .find_map(|start| format_end(text, start))
}

fn format_end(text: &str, start: usize) -> Option<usize> {
    let mut end = start;
    end += usize::from(text[end..].starts_with(['-', '+', ' ']));
    end += usize::from(text[end..].starts_with('#'));
    end += run(&text[end..], is_digit);
    end += usize::from(text[end..].starts_with(','));
    if let Some(precision) = text[end..].strip_prefix('.') {
        let digits = run(precision, is_digit);
        end += if digits > 0 { digits + 1 } else { 0 };
    }
    end += usize::from(text[end..].starts_with(|c| "EFGXbcdefgnosx%".contains(c)));
    text[end..].starts_with('}').then_some(end + 1)
}
