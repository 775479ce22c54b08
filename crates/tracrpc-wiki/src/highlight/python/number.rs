//! Numbers of Python.

use crate::chars::is_digit;
use crate::highlight::scan::run;

/// Digits; a `_` may stand between two of them.
pub(super) fn digits(text: &str, is_digit: impl Fn(char) -> bool) -> usize {
    let mut end = 0;
    loop {
        let mark = usize::from(end > 0 && text[end..].starts_with('_'));
        let more = run(&text[end + mark..], &is_digit);
        if more == 0 {
            return end;
        }
        end += mark + more;
    }
}

pub(super) fn number(text: &str) -> Option<(&'static str, usize)> {
    let exponent = |from: usize| {
        let after = text[from..].strip_prefix(['e', 'E'])?;
        let sign = usize::from(after.starts_with(['+', '-']));
        let count = digits(&after[sign..], is_digit);
        (count > 0).then_some(from + 1 + sign + count)
    };
    let whole = digits(text, is_digit);
    if let Some(after) = text[whole..].strip_prefix('.') {
        let fraction = digits(after, is_digit);
        let end = whole + 1 + fraction;
        if whole + fraction > 0 {
            return Some(("mf", exponent(end).unwrap_or(end)));
        }
    }
    if whole == 0 {
        return None;
    }
    if let Some(end) = exponent(whole) {
        return Some(("mf", end + usize::from(text[end..].starts_with('j'))));
    }
    marked_number(text).or(Some(("mi", whole)))
}

/// `0x1f`, `0o17`, `0b11`.
pub(super) fn marked_number(text: &str) -> Option<(&'static str, usize)> {
    let after = text.get(2..)?;
    let (class, radix) = match &text[..2] {
        "0o" | "0O" => ("mo", 8),
        "0b" | "0B" => ("mb", 2),
        "0x" | "0X" => ("mh", 16),
        _ => return None,
    };
    let mark = usize::from(after.starts_with('_'));
    let length = digits(&after[mark..], |c| c.is_digit(radix));
    (length > 0).then_some((class, 2 + mark + length))
}
