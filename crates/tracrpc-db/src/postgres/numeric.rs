//! PostgreSQL's `numeric` in its binary form, the type of sums.
//!
//! The form is that of `numeric_send` in the server's `numeric.c`: numbers of
//! 16 bits, which are the count of digits, the weight of the first digit, the
//! sign, the scale for display, and then the digits to the base of 10,000.

use crate::SqlValue;

const BASE: i128 = 10_000;
const NEGATIVE: u16 = 0x4000;

/// The number in `raw`: an integer where it is one of 64 bits, else a
/// floating point number. `None` if `raw` is no finite numeric.
pub(crate) fn decode(raw: &[u8]) -> Option<SqlValue> {
    let words: Vec<u16> = raw
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect();
    let (&[count, weight, sign, _scale], digits) = words.split_first_chunk::<4>()?;
    if digits.len() != usize::from(count) || !matches!(sign, 0 | NEGATIVE) {
        return None;
    }
    let weight = i32::from(weight as i16);
    let integer =
        integer(digits, weight).map(|number| if sign == NEGATIVE { -number } else { number });
    if let Some(integer) = integer.and_then(|integer| i64::try_from(integer).ok()) {
        return Some(SqlValue::Int(integer));
    }
    let real = real(digits, weight);
    Some(SqlValue::Real(if sign == NEGATIVE { -real } else { real }))
}

/// The digits as an integer; `None` if there is a fraction or it is too big.
fn integer(digits: &[u16], weight: i32) -> Option<i128> {
    let places = usize::try_from(weight + 1).ok()?;
    if digits.is_empty() {
        return Some(0);
    }
    if digits.len() > places || places > 8 {
        return None;
    }
    (0..places).try_fold(0_i128, |number, place| {
        let digit = digits.get(place).copied().unwrap_or(0);
        number.checked_mul(BASE)?.checked_add(i128::from(digit))
    })
}

fn real(digits: &[u16], weight: i32) -> f64 {
    let first = (BASE as f64).powi(weight);
    let sum = |(number, unit), digit: &u16| (number + f64::from(*digit) * unit, unit / BASE as f64);
    digits.iter().fold((0.0, first), sum).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[u16], expected: Option<SqlValue>) {
        let raw: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        assert_eq!(decode(&raw), expected, "{words:?}");
    }

    #[test]
    fn integers_stay_integers() {
        check(&[0, 0, 0, 0], Some(SqlValue::Int(0)));
        check(&[1, 0, 0, 0, 42], Some(SqlValue::Int(42)));
        check(
            &[2, 1, NEGATIVE, 0, 12, 3456],
            Some(SqlValue::Int(-123_456)),
        );
        check(&[1, 2, 0, 0, 5], Some(SqlValue::Int(500_000_000)));
        check(&[2, 0, 0, 2, 1, 5000], Some(SqlValue::Real(1.5)));
        check(&[1, 9, 0, 0, 1], Some(SqlValue::Real(1e36)));
        check(&[1, 0xffff, 0, 2, 2500], Some(SqlValue::Real(0.25)));
        check(&[0, 0, 0xc000, 0], None);
        check(&[3, 0, 0, 0, 1], None);
        check(&[1], None);
    }
}
