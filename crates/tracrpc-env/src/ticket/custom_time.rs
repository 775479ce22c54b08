//! How Trac stores the times of custom fields: as text.

use jiff::Timestamp;

use super::value::FieldValue;
use crate::time::{from_micros, to_micros};

/// The microseconds since 1970 with leading zeros, so that texts sort as times.
pub(crate) fn write(time: Timestamp) -> String {
    let micros = to_micros(time);
    if micros < 0 {
        format!("{micros:017}")
    } else {
        format!("{micros:018}")
    }
}

/// The time of a stored text: microseconds, or a date that was stored while
/// the field had another type. What is neither is no value.
pub(super) fn read(text: Option<&str>) -> FieldValue {
    let Some(text) = text else {
        return FieldValue::Null;
    };
    if let Some(micros) = crate::text::parse_int(text) {
        return FieldValue::Time(from_micros(micros));
    }
    super::dates::parse_utc(text).map_or(FieldValue::Null, FieldValue::Time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let check = |micros: i64, text: &str| {
            assert_eq!(write(from_micros(micros)), text);
            assert_eq!(read(Some(text)), FieldValue::Time(from_micros(micros)));
        };
        check(1_580_702_706_000_000, "001580702706000000");
        check(0, "000000000000000000");
        check(-2_000_000, "-0000000002000000");
    }

    #[test]
    fn what_is_no_time_is_nothing() {
        assert_eq!(read(None), FieldValue::Null);
        assert_eq!(read(Some("soon enough")), FieldValue::Null);
    }
}
