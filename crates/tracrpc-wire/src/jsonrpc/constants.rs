//! `NaN` and `Infinity`, which Python's `json` reads and writes, and JSON does
//! not know.

use std::borrow::Cow;

/// Stands for `NaN` while the text is read: a number that nobody writes.
const NAN: &str = "0.0e-8642135797531";

/// Stands for `Infinity`, as in Python.
const INFINITY: &str = "1e999";

/// `text` with numbers of JSON for the constants of Python.
pub(super) fn replaced(text: &str) -> Cow<'_, str> {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return Cow::Borrowed(text);
    }
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        let (outside, string) = rest.split_at(quote);
        push_outside(outside, &mut replaced);
        let (string, after) = string.split_at(end_of_string(string));
        replaced.push_str(string);
        rest = after;
    }
    push_outside(rest, &mut replaced);
    Cow::Owned(replaced)
}

/// The number that digits stand for, as Python reads it: too large is infinite.
pub(super) fn number(text: &str) -> Option<f64> {
    match text {
        NAN => Some(f64::NAN),
        _ => text.parse().ok(),
    }
}

/// A number of an `id` as it is to be sent back.
pub(super) fn spelled(raw: &str) -> &str {
    match raw {
        NAN => "NaN",
        INFINITY => "Infinity",
        _ if raw.strip_prefix('-') == Some(INFINITY) => "-Infinity",
        _ => raw,
    }
}

/// Python's name of a number that is not finite.
pub(super) fn name(number: f64) -> &'static str {
    match number {
        _ if number.is_nan() => "NaN",
        _ if number < 0.0 => "-Infinity",
        _ => "Infinity",
    }
}

fn push_outside(text: &str, replaced: &mut String) {
    replaced.push_str(&text.replace("NaN", NAN).replace("Infinity", INFINITY));
}

/// Where the string that `text` starts with ends, behind its closing quote.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (place, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return place + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_count_outside_of_strings() {
        let check = |text: &str, expected: &str| assert_eq!(replaced(text), expected);
        check("[1, null]", "[1, null]");
        check("[NaN, -Infinity]", &format!("[{NAN}, -{INFINITY}]"));
        check(r#"{"NaN": "Infinity"}"#, r#"{"NaN": "Infinity"}"#);
        check(r#"["\"NaN", NaN]"#, &format!(r#"["\"NaN", {NAN}]"#));
        check(r#"["\\", NaN]"#, &format!(r#"["\\", {NAN}]"#));
        check("\"é NaN", "\"é NaN");
    }

    #[test]
    fn ids_come_back_in_the_spelling_of_python() {
        let check = |text: &str, expected: &str| assert_eq!(spelled(&replaced(text)), expected);
        check("NaN", "NaN");
        check("-Infinity", "-Infinity");
        check("1e999", "Infinity");
        check("17", "17");
    }
}
