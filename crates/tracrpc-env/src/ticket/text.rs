//! What Python and Trac do with small texts: trimming, splitting, numbers,
//! quoting. Clients see the results.

/// Removes white space at both ends, as Python's `str.strip()`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether there is nothing but white space and zero-width spaces.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| is_space(c) || c == '\u{200b}')
}

/// The parts between separators, trimmed, without empty ones.
pub(crate) fn split_list(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<String> {
    text.split(is_separator)
        .map(strip)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a character counts as white space in Python.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// A whole number as Python's `int()` reads it from text: white space around
/// it, a sign, single underscores between digits.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    let text = strip(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let well_formed = digits
        .split('_')
        .all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    if !well_formed {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// Escapes what HTML text must not contain; quotes stay.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The text as a Python literal, the way `%r` writes it.
pub(crate) fn python_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut literal = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '\\' => literal.push_str("\\\\"),
            c if c == quote => literal.extend(['\\', c]),
            c if c.is_ascii_control() => literal.push_str(&format!("\\x{:02x}", c as u32)),
            c => literal.push(c),
        }
    }
    literal.push(quote);
    literal
}

/// Whether the text has upper case letters and no lower case ones, by which
/// Trac tells an action from a group or a user.
pub(crate) fn is_upper(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

/// The number of characters, by which Trac's limits count.
pub(crate) fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        let check = |text: &str, expected: &str| assert_eq!(python_repr(text), expected);
        check("soon", "'soon'");
        check("", "''");
        check("it's", "\"it's\"");
        check("it's \"it\"", "'it\\'s \"it\"'");
        check("a\r\n\\", "'a\\r\\n\\\\'");
        check("\u{1}é", "'\\x01é'");
    }

    #[test]
    fn upper_case() {
        let check = |text: &str, expected| assert_eq!(is_upper(text), expected, "{text}");
        check("TICKET_ADMIN", true);
        check("JOE1", true);
        check("joe", false);
        check("Joe", false);
        check("123", false);
    }

    #[test]
    fn blank() {
        assert!(is_blank(" \r\n\u{200b}\u{1f}"));
        assert!(!is_blank(" x "));
    }
}
