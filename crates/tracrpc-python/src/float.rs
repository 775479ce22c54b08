//! Floating point numbers in the spelling of Python.

/// `number` in the shortest digits that read back the same, as Python's `repr` has
/// them: `1.0`, `1e+16`, `1e-05`.
#[must_use]
pub fn repr(number: f64) -> String {
    let mut out = Vec::new();
    write_repr(number, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends the [`repr`] of `number` to `out`.
pub fn write_repr(number: f64, out: &mut Vec<u8>) {
    let text = format!("{number:?}");
    match text.split_once('e') {
        Some((digits, exponent)) => write_exponent(digits, exponent, out),
        None if number.is_nan() => out.extend_from_slice(b"nan"),
        None => out.extend_from_slice(text.as_bytes()),
    }
}

/// Rust switches to an exponent where Python does, but writes neither its
/// plus nor its second digit.
fn write_exponent(digits: &str, exponent: &str, out: &mut Vec<u8>) {
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    out.extend_from_slice(format!("{digits}e{sign}{exponent:0>2}").as_bytes());
}

#[cfg(test)]
mod tests {
    fn check(number: f64, expected: &str) {
        assert_eq!(super::repr(number), expected);
    }

    #[test]
    fn spelled_as_python_does() {
        check(0.0, "0.0");
        check(-0.0, "-0.0");
        check(1.5, "1.5");
        check(0.1 + 0.2, "0.30000000000000004");
        check(0.0001, "0.0001");
        check(0.00001, "1e-05");
        check(1.5e-10, "1.5e-10");
        check(9007199254740993.0, "9007199254740992.0");
        check(1e16, "1e+16");
        check(-1.25e300, "-1.25e+300");
        check(f64::INFINITY, "inf");
        check(f64::NAN, "nan");
    }
}
