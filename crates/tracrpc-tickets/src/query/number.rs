//! Numbers of any length, as Python reads and compares them.

use tracrpc_env::text::strip;

/// The longest text that Python reads as a number.
const MAX_DIGITS: usize = 4300;

/// A whole number that is not negative: its value, or the greatest that fits,
/// and its digits for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u64,
    pub(super) digits: String,
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self {
            value,
            digits: value.to_string(),
        }
    }
}

/// The number that Python's `int()` reads, if it is not negative.
pub(super) fn parse(text: &str) -> Option<Number> {
    let (negative, digits) = split(text)?;
    if negative && digits != "0" {
        return None;
    }
    Some(Number {
        value: digits.parse().unwrap_or(u64::MAX),
        digits,
    })
}

/// The number that Python's `int()` reads, or the nearest of 64 bits.
pub(super) fn parse_clamped(text: &str) -> Option<i64> {
    let (negative, digits) = split(text)?;
    let value = digits.parse().unwrap_or(i64::MAX);
    Some(if negative { -value } else { value })
}

/// The sign and the digits without leading zeros.
fn split(text: &str) -> Option<(bool, String)> {
    let text = strip(text);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let is_digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    if digits.len() > MAX_DIGITS || !digits.split('_').all(is_digits) {
        return None;
    }
    let digits = digits.replace('_', "");
    let significant = digits.trim_start_matches('0');
    let digits = if significant.is_empty() {
        "0"
    } else {
        significant
    };
    Some((negative, digits.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_python() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(parse_clamped(text), expected, "{text}");
            let unsigned = expected
                .filter(|value| *value >= 0)
                .map(|value| value as u64);
            assert_eq!(parse(text).map(|number| number.value), unsigned, "{text}");
        };
        check("0", Some(0));
        check("-0", Some(0));
        check(" +1_000\n", Some(1000));
        check("007", Some(7));
        check("-3", Some(-3));
        for text in [
            "", " ", "-", "1.5", "1__0", "_1", "1_", "--1", "1 2", "x", "0x1",
        ] {
            check(text, None);
        }
        check(&"1".repeat(4301), None);
        let long = parse(&"9".repeat(40)).unwrap();
        assert_eq!((long.value, long.digits.len()), (u64::MAX, 40));
        assert_eq!(parse_clamped("-99999999999999999999"), Some(-i64::MAX));
    }
}
