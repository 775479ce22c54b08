//! Small text rules that Trac's messages and formats share.

use std::fmt::Write;

/// The text as Python's `repr` writes it, which some of Trac's messages quote.
pub fn python_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut result = String::with_capacity(text.len() + 2);
    result.push(quote);
    for c in text.chars() {
        push_escaped(&mut result, c, quote);
    }
    result.push(quote);
    result
}

fn push_escaped(result: &mut String, c: char, quote: char) {
    let escape = match c {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\\' => "\\\\",
        _ if c == quote => "\\'",
        _ if c.is_control() || (c.is_whitespace() && c != ' ') => return push_code(result, c),
        _ => return result.push(c),
    };
    result.push_str(escape);
}

fn push_code(result: &mut String, c: char) {
    let code = u32::from(c);
    // Writing to a String cannot fail.
    let _ = if code < 0x100 {
        write!(result, "\\x{code:02x}")
    } else {
        write!(result, "\\u{code:04x}")
    };
}

/// Removes white space at both ends, as Python's `str.strip()`.
pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether there is nothing but white space and zero-width spaces.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| is_space(c) || c == '\u{200b}')
}

/// The parts between separators, trimmed, without empty ones.
pub fn split_list(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<String> {
    text.split(is_separator)
        .map(strip)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a character counts as white space in Python.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// A whole number as Python's `int()` reads it from text: white space around
/// it, a sign, single underscores between digits.
pub fn parse_int(text: &str) -> Option<i64> {
    match is_int(text) {
        true => strip(text).replace('_', "").parse().ok(),
        false => None,
    }
}

/// Whether Python's `int()` reads a whole number from the text, be it one that is too
/// large for us.
pub fn is_int(text: &str) -> bool {
    let text = strip(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits
        .split('_')
        .all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()))
}

/// Escapes what HTML text must not contain; quotes stay.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The number of characters, by which Trac's limits count.
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// A name or address without the domain of a mail address, as Trac shows it to
/// those who may not see addresses.
pub fn obfuscated(author: &str) -> String {
    match author.split_once('@') {
        Some((local, _)) if author.ends_with('>') => format!("{local}@…>"),
        Some((local, _)) => format!("{local}@…"),
        None => author.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repr() {
        let check = |text: &str, expected: &str| assert_eq!(python_repr(text), expected);
        check("", "''");
        check("é", "'é'");
        check("it's", "\"it's\"");
        check("it's \"so\"", "'it\\'s \"so\"'");
        check(
            "a\nb\t\\\r\0\u{7f}\u{a0}\u{2028}",
            "'a\\nb\\t\\\\\\r\\x00\\x7f\\xa0\\u2028'",
        );
    }

    #[test]
    fn blank() {
        assert!(is_blank(" \r\n\u{200b}\u{1f}"));
        assert!(!is_blank(" x "));
    }
}
