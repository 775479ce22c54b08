//! Small text rules that Trac's messages and formats share.

use std::fmt::Write;

/// The text as Python's `repr` writes it, which some of Trac's messages quote.
pub(crate) fn python_repr(text: &str) -> String {
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
}
