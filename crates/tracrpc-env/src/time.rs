//! Trac's time stamps, microseconds since 1970 in UTC, and the dates that people
//! write.

mod c_locale;
mod iso8601;
mod parse;
mod relative;

use jiff::Timestamp;

pub use parse::{DateContext, Hint, Language, parse_date, parse_iso8601, zone};

/// The time that a `bigint` column of Trac's schema stands for.
///
/// What lies outside of the years that a calendar can hold becomes the nearest
/// time that it can, so that a damaged row can still be read.
#[must_use]
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// The number that Trac stores for a time: microseconds since the epoch,
/// finer parts cut off.
#[must_use]
pub fn to_micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// The present time, cut to the microseconds that a database can hold.
#[must_use]
pub fn now() -> Timestamp {
    from_micros(to_micros(Timestamp::now()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn micros_round_trip_and_saturate() {
        for micros in [0, 1, -1, 1_577_934_245_500_000, -62_135_596_800_000_000] {
            assert_eq!(to_micros(from_micros(micros)), micros);
        }
        assert_eq!(from_micros(i64::MAX), Timestamp::MAX);
        assert_eq!(from_micros(i64::MIN), Timestamp::MIN);
    }
}
