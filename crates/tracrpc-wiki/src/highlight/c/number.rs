//! Numbers of C and C++: they take a minus that stands before them.

use crate::highlight::scan::run;

/// The class and the length of the number at the start of a text.
pub(super) fn number(text: &str) -> Option<(&'static str, usize)> {
    let sign = usize::from(text.starts_with('-'));
    let digits = &text[sign..];
    if !digits.starts_with(|c: char| c == '.' || c.is_ascii_digit()) {
        return None;
    }
    if sign == 0
        && let Some(length) = hex_float(text)
    {
        return Some(("mf", length));
    }
    if let Some(length) = float(digits, sign) {
        return Some(("mf", sign + length));
    }
    integer(digits).map(|(class, length)| (class, sign + length))
}

/// The length of digits; a `'` may stand between two of them.
fn digits(text: &str, is_digit: impl Fn(char) -> bool) -> usize {
    let mut end = 0;
    loop {
        let quote = usize::from(end > 0 && text[end..].starts_with('\''));
        let more = run(&text[end + quote..], &is_digit);
        if more == 0 {
            return end;
        }
        end += quote + more;
    }
}

fn decimal(text: &str) -> usize {
    digits(text, |c| c.is_ascii_digit())
}

fn power(text: &str, marks: [char; 2], digits: impl Fn(&str) -> usize) -> Option<usize> {
    let after = text.strip_prefix(marks)?;
    let sign = usize::from(after.starts_with(['+', '-']));
    let count = digits(&after[sign..]);
    (count > 0).then_some(1 + sign + count)
}

fn hex_float(text: &str) -> Option<usize> {
    let hex = |text: &str| digits(text, |c| c.is_ascii_hexdigit());
    let rest = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    let whole = hex(rest);
    let fraction = rest[whole..].strip_prefix('.').map_or(0, hex);
    let end = match (whole, fraction) {
        (0, 0) => return None,
        (_, 0) => whole,
        _ => whole + 1 + fraction,
    };
    let power = power(&rest[end..], ['p', 'P'], hex)?;
    let end = 2 + end + power;
    Some(end + usize::from(text[end..].starts_with(['l', 'L'])))
}

fn float(text: &str, sign: usize) -> Option<usize> {
    const SUFFIXES: [char; 4] = ['f', 'F', 'l', 'L'];
    let suffixed = |end: usize| end + usize::from(text[end..].starts_with(SUFFIXES));
    let whole = decimal(text);
    let has_point = text[whole..].starts_with('.');
    let fraction = if has_point {
        decimal(&text[whole + 1..])
    } else {
        0
    };
    let end = if fraction > 0 {
        whole + 1 + fraction
    } else {
        whole
    };
    if end > 0
        && let Some(power) = power(&text[end..], ['e', 'E'], decimal)
    {
        return Some(suffixed(end + power));
    }
    if has_point && (whole > 0 || fraction > 0) {
        return Some(suffixed(whole + 1 + fraction));
    }
    // A whole number that ends in its type is one, but not behind a minus.
    let is_typed = sign == 0 && whole > 0 && suffixed(whole) > whole;
    is_typed.then(|| suffixed(whole))
}

fn integer(text: &str) -> Option<(&'static str, usize)> {
    let marked = |marks: [&str; 2], is_digit: fn(char) -> bool| {
        let rest = marks.iter().find_map(|mark| text.strip_prefix(mark))?;
        let length = digits(rest, is_digit);
        (length > 0).then_some(length + 2)
    };
    let octal = || {
        let rest = text.strip_prefix('0')?;
        let quote = usize::from(rest.starts_with('\''));
        let length = digits(&rest[quote..], |c| matches!(c, '0'..='7'));
        (length > 0).then_some(1 + quote + length)
    };
    let (class, length) = if let Some(length) = marked(["0x", "0X"], |c| c.is_ascii_hexdigit()) {
        ("mh", length)
    } else if let Some(length) = marked(["0b", "0B"], |c| matches!(c, '0' | '1')) {
        ("mb", length)
    } else if let Some(length) = octal() {
        ("mo", length)
    } else {
        ("mi", decimal(text))
    };
    (length > 0).then(|| (class, length + suffix_length(&text[length..])))
}

/// The length of `ull` and the like.
fn suffix_length(text: &str) -> usize {
    let is = |at: usize, letter: u8| {
        let byte = text.as_bytes().get(at);
        byte.is_some_and(|byte| byte.eq_ignore_ascii_case(&letter))
    };
    let longs = |from: usize| {
        let first = usize::from(is(from, b'l'));
        first + usize::from(first == 1 && is(from + 1, b'l'))
    };
    if is(0, b'z') {
        return 1;
    }
    if is(0, b'u') {
        return if is(1, b'z') { 2 } else { 1 + longs(1) };
    }
    match longs(0) {
        0 => 0,
        longs => longs + usize::from(is(longs, b'u')),
    }
}
