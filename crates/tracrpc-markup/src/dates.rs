//! Times as Trac shows them to people.

use jiff::tz::TimeZone;
use tracrpc_env::config::DateFormat;
use tracrpc_env::time::{DateContext, Timestamp};
use tracrpc_env::{Actor, Environment, Result, users};
use tracrpc_translation::Message;

/// A unit of time: its length in seconds, and Trac's message about one and about several.
type Unit = (f64, &'static str, &'static str);

const UNITS: [Unit; 6] = [
    (3600.0 * 24.0 * 365.0, "%(num)d year", "%(num)d years"),
    (3600.0 * 24.0 * 30.0, "%(num)d month", "%(num)d months"),
    (3600.0 * 24.0 * 7.0, "%(num)d week", "%(num)d weeks"),
    (3600.0 * 24.0, "%(num)d day", "%(num)d days"),
    (3600.0, "%(num)d hour", "%(num)d hours"),
    (60.0, "%(num)d minute", "%(num)d minutes"),
];

const SECOND: Unit = (1.0, "%(num)i second", "%(num)i seconds");

/// How far two times are apart, such as `3 weeks`, as Trac's `pretty_timedelta`
/// rounds it.
pub(super) fn pretty_difference(a: Timestamp, b: Timestamp) -> Message {
    let seconds = a.as_microsecond().abs_diff(b.as_microsecond()) / 1_000_000;
    // Centuries of seconds are exact in a float.
    let age = seconds as f64;
    let fits = |(length, ..): &&Unit| age > 60.0 * 1.9 && age / length >= 1.9;
    let (length, one, several) = UNITS.iter().find(fits).unwrap_or(&SECOND);
    Message::plural(one, several, (age / length).round_ties_even() as u64)
}

/// How dates are shown to a user: in the time zone, the format and the language that the
/// user's preferences, `trac.ini` and the request settle.
pub(super) struct Dates(DateContext);

impl Dates {
    /// # Errors
    /// As for [`users::date_context`].
    pub(super) fn of(actor: &Actor) -> Result<Self> {
        users::date_context(actor).map(Self)
    }

    /// A date and time.
    pub(super) fn format_datetime(&self, time: Timestamp) -> String {
        let local = time.in_zone(&self.0.zone).0;
        match self.0.format {
            DateFormat::Iso8601 => written_iso(time, &self.0.zone),
            DateFormat::Language => self.0.language.format_datetime(local),
        }
    }

    /// A day.
    pub(super) fn format_date(&self, time: Timestamp) -> String {
        let local = time.in_zone(&self.0.zone).0;
        match self.0.format {
            DateFormat::Iso8601 => local.strftime("%Y-%m-%d").to_string(),
            DateFormat::Language => self.0.language.format_date(local),
        }
    }
}

/// A date and time in ISO 8601, in the environment's time zone.
pub(super) fn format_iso(env: &Environment, time: Timestamp) -> String {
    written_iso(time, &zone(env))
}

fn written_iso(time: Timestamp, zone: &TimeZone) -> String {
    let (local, offset) = time.in_zone(zone);
    let text = local.strftime("%Y-%m-%dT%H:%M:%S");
    match offset {
        0 => format!("{text}Z"),
        _ => format!("{text}{}", written_offset(offset)),
    }
}

/// Seconds ahead of UTC as hours and minutes, `+02:00`.
fn written_offset(seconds: i64) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn zone(env: &Environment) -> TimeZone {
    let config = env.config();
    let name = config.get("trac", "default_timezone").unwrap_or_default();
    tracrpc_env::time::zone_or_local(name, tracrpc_env::time::ZoneNames::of(&config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences() {
        let now = Timestamp::UNIX_EPOCH;
        let check = |seconds: i64, expected: &str| {
            let then = Timestamp::from_second(seconds).unwrap();
            assert_eq!(pretty_difference(now, then).to_string(), expected);
            assert_eq!(pretty_difference(then, now).to_string(), expected);
        };
        check(0, "0 seconds");
        check(1, "1 second");
        check(114, "114 seconds");
        check(115, "2 minutes");
        check(150, "2 minutes");
        check(6839, "114 minutes");
        check(6840, "2 hours");
        check(3 * 86400, "3 days");
        check(8 * 86400, "8 days");
        check(21 * 86400, "3 weeks");
        check(400 * 86400, "13 months");
        check(3650 * 86400, "10 years");
    }
}
