//! A moment that Python's `datetime` can hold.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Unit};

/// A moment in UTC: a number of microseconds since 1970, from the beginning of the
/// year 1 to the end of the year 9999.
///
/// That is what `datetime` of Python holds, and a day more than `jiff::Timestamp`
/// does, whose last moment is 9999-12-30T22:00. Sites use 9999-12-31 for "never".
///
/// ```
/// use tracrpc_python::Timestamp;
///
/// let never: Timestamp = "9999-12-31T23:59:59.999999Z".parse()?;
/// assert_eq!(never, Timestamp::MAX);
/// assert_eq!(never.to_string(), "9999-12-31T23:59:59.999999Z");
/// assert_eq!(Timestamp::from_microsecond(never.as_microsecond() + 1), None);
/// # Ok::<(), tracrpc_python::ParseError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text that is no moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(());

impl Timestamp {
    /// 0001-01-01T00:00:00.
    pub const MIN: Self = Self(-62_135_596_800_000_000);

    /// 9999-12-31T23:59:59.999999.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// 1970-01-01T00:00:00.
    pub const UNIX_EPOCH: Self = Self(0);

    /// The moment so many microseconds after 1970; none outside of the years 1 to
    /// 9999.
    #[must_use]
    pub fn from_microsecond(micros: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0)
            .contains(&micros)
            .then_some(Self(micros))
    }

    /// The moment so many seconds after 1970; none outside of the years 1 to 9999.
    #[must_use]
    pub fn from_second(seconds: i64) -> Option<Self> {
        Self::from_microsecond(seconds.checked_mul(1_000_000)?)
    }

    /// The moment at which a clock that is `offset` seconds ahead of UTC shows
    /// `local`; finer parts than microseconds are cut off.
    #[must_use]
    pub fn from_local(local: DateTime, offset: i64) -> Option<Self> {
        let days = days_since_epoch(local.date());
        let time = local.time();
        let seconds = i64::from(time.hour()) * 3600
            + i64::from(time.minute()) * 60
            + i64::from(time.second());
        let seconds = (days * 86_400 + seconds).checked_sub(offset)?;
        let micros = i64::from(time.subsec_nanosecond() / 1000);
        Self::from_microsecond(seconds.checked_mul(1_000_000)?.checked_add(micros)?)
    }

    /// The moment at which a clock in `zone` shows `local`. When clocks are put
    /// back, that is the second of the two, as Trac reads dates.
    #[must_use]
    pub fn from_zoned(local: DateTime, zone: &TimeZone) -> Option<Self> {
        match zone.to_ambiguous_timestamp(local).later() {
            Ok(moment) => Self::from_microsecond(moment.as_microsecond()),
            // Only the last days of the year 9999 are beyond what the zone can tell.
            Err(_) => Self::from_local(local, offset_at(jiff::Timestamp::MAX, zone)),
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_microsecond())
    }

    /// The microseconds since 1970.
    #[must_use]
    pub fn as_microsecond(self) -> i64 {
        self.0
    }

    /// The whole seconds since 1970, rounded down.
    #[must_use]
    pub fn as_second(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The moment so many microseconds later; none outside of the years 1 to 9999.
    #[must_use]
    pub fn checked_add(self, micros: i64) -> Option<Self> {
        Self::from_microsecond(self.0.checked_add(micros)?)
    }

    /// What a clock in UTC shows.
    #[must_use]
    pub fn utc(self) -> DateTime {
        local(self.0)
    }

    /// What a clock in `zone` shows, and how many seconds it is ahead of UTC. At
    /// either end of time, where the clock would show a year that Python has not,
    /// it shows UTC.
    #[must_use]
    pub fn in_zone(self, zone: &TimeZone) -> (DateTime, i64) {
        let offset = offset_at(self.nearest(), zone);
        match Self::from_microsecond(self.0 + offset * 1_000_000) {
            Some(shown) => (shown.utc(), offset),
            None => (self.utc(), 0),
        }
    }

    /// The moment by another library's type, the last that it can hold for what is
    /// later: good for what does not change in the last days of the year 9999.
    fn nearest(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }
}

fn offset_at(moment: jiff::Timestamp, zone: &TimeZone) -> i64 {
    zone.to_offset(moment).seconds().into()
}

fn days_since_epoch(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    // Both are dates, and the difference of any two of them in days fits.
    epoch
        .until((Unit::Day, date))
        .map_or(0, |span| span.get_days().into())
}

/// The date and time of the proleptic Gregorian calendar.
fn local(micros: i64) -> DateTime {
    const DAY: i64 = 86_400_000_000;
    let epoch = Date::constant(1970, 1, 1);
    let span = Span::new().try_days(micros.div_euclid(DAY));
    let date = span.ok().and_then(|span| epoch.checked_add(span).ok());
    let rest = micros.rem_euclid(DAY);
    let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
    let part = |number: i64| i8::try_from(number).unwrap_or_default();
    let nanos = i32::try_from(micros * 1000).unwrap_or_default();
    let time = Time::constant(
        part(seconds / 3600),
        part(seconds / 60 % 60),
        part(seconds % 60),
        nanos,
    );
    date.unwrap_or(epoch).to_datetime(time)
}

impl From<jiff::Timestamp> for Timestamp {
    /// What is before the year 1, which no clock shows, is its beginning.
    fn from(moment: jiff::Timestamp) -> Self {
        Self(moment.as_microsecond().max(Self::MIN.0))
    }
}

/// In RFC 3339, with as many digits of a second as there are.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.utc())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// From RFC 3339 with any offset.
impl FromStr for Timestamp {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let pieces = jiff::fmt::temporal::Pieces::parse(text).map_err(|_| ParseError(()))?;
        let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
        let time = pieces.time().unwrap_or(Time::midnight());
        Self::from_local(pieces.date().to_datetime(time), offset.seconds().into())
            .ok_or(ParseError(()))
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no moment in the years 1 to 9999")
    }
}

impl std::error::Error for ParseError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(micros: i64, text: &str) {
        let moment = Timestamp::from_microsecond(micros).unwrap();
        assert_eq!(moment.to_string(), text);
        assert_eq!(text.parse(), Ok(moment));
        assert_eq!(Timestamp::from_local(moment.utc(), 0), Some(moment));
    }

    #[test]
    fn from_the_first_microsecond_to_the_last() {
        check(Timestamp::MIN.0, "0001-01-01T00:00:00Z");
        check(-1, "1969-12-31T23:59:59.999999Z");
        check(0, "1970-01-01T00:00:00Z");
        check(951_782_400_000_000, "2000-02-29T00:00:00Z");
        check(253_402_207_200_000_000, "9999-12-30T22:00:00Z");
        check(253_402_300_799_000_000, "9999-12-31T23:59:59Z");
        check(Timestamp::MAX.0, "9999-12-31T23:59:59.999999Z");
        for outside in [
            Timestamp::MIN.0 - 1,
            Timestamp::MAX.0 + 1,
            i64::MIN,
            i64::MAX,
        ] {
            assert_eq!(Timestamp::from_microsecond(outside), None);
        }
    }

    #[test]
    fn zones_reach_as_far() {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let check = |text: &str, shown: &str, offset| {
            let moment: Timestamp = text.parse().unwrap();
            let (local, seconds) = moment.in_zone(&berlin);
            assert_eq!((local.to_string().as_str(), seconds), (shown, offset));
            if offset != 0 {
                assert_eq!(Timestamp::from_zoned(local, &berlin), Some(moment));
            }
        };
        check("2024-07-01T10:00:00Z", "2024-07-01T12:00:00", 7200);
        check(
            "9999-12-31T22:59:59.999999Z",
            "9999-12-31T23:59:59.999999",
            3600,
        );
        check("9999-12-31T23:00:00Z", "9999-12-31T23:00:00", 0);
        check("0001-01-01T00:00:00Z", "0001-01-01T01:00:00", 3600);
    }

    proptest! {
        #[test]
        fn clocks_and_moments_agree(micros in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let moment = Timestamp(micros);
            prop_assert_eq!(Timestamp::from_local(moment.utc(), 0), Some(moment));
            prop_assert_eq!(moment.to_string().parse::<Timestamp>(), Ok(moment));
            if let Ok(other) = jiff::Timestamp::from_microsecond(micros) {
                prop_assert_eq!(moment.to_string(), other.to_string());
                prop_assert_eq!(moment.utc(), Offset::UTC.to_datetime(other));
            }
        }
    }
}
