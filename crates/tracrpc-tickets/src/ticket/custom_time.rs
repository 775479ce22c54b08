//! How Trac stores the times of custom fields: as text.

use tracrpc_env::text::{is_int, parse_int};
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Error, Result};

use super::value::FieldValue;

/// The microseconds since 1970 with leading zeros, so that texts sort as times.
pub(crate) fn write(time: Timestamp) -> String {
    let micros = time.as_microsecond();
    if micros < 0 {
        format!("{micros:017}")
    } else {
        format!("{micros:018}")
    }
}

/// The time of a stored text: microseconds, or a date that was stored while
/// the field had another type. What is neither is no value
/// (`trac/ticket/model.py: _db_str_to_datetime`).
///
/// # Errors
/// `Invalid` for a number that is no time of the years 1 to 9999.
pub(super) fn read(text: Option<&str>) -> Result<FieldValue> {
    let Some(text) = text else {
        return Ok(FieldValue::Null);
    };
    if is_int(text) {
        let time = parse_int(text).and_then(Timestamp::from_microsecond);
        let outside = || Error::invalid("date value out of range");
        return time.map(FieldValue::Time).ok_or_else(outside);
    }
    Ok(super::dates::parse_utc(text).map_or(FieldValue::Null, FieldValue::Time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let check = |micros: i64, text: &str| {
            let time = Timestamp::from_microsecond(micros).unwrap();
            assert_eq!(write(time), text);
            assert_eq!(read(Some(text)).unwrap(), FieldValue::Time(time));
        };
        check(1_580_702_706_000_000, "001580702706000000");
        check(0, "000000000000000000");
        check(253_402_300_799_999_999, "253402300799999999");
        check(-62_135_596_800_000_000, "-62135596800000000");
        check(-2_000_000, "-0000000002000000");
    }

    #[test]
    fn what_is_no_time_is_nothing() {
        assert_eq!(read(None).unwrap(), FieldValue::Null);
        assert_eq!(read(Some("soon enough")).unwrap(), FieldValue::Null);
        for outside in ["253402300800000000", "99999999999999999999"] {
            let error = read(Some(outside)).unwrap_err();
            assert_eq!(error.message(), "date value out of range");
        }
    }
}
