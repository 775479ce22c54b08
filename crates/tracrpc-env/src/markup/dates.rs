//! Times as Trac shows them to people.

use jiff::tz::TimeZone;

use crate::Environment;
use crate::time::Timestamp;

/// The length of a unit in seconds, and its name.
const UNITS: [(f64, &str); 6] = [
    (3600.0 * 24.0 * 365.0, "year"),
    (3600.0 * 24.0 * 30.0, "month"),
    (3600.0 * 24.0 * 7.0, "week"),
    (3600.0 * 24.0, "day"),
    (3600.0, "hour"),
    (60.0, "minute"),
];

/// How far two times are apart, such as `3 weeks`, as Trac's `pretty_timedelta`
/// rounds it.
pub(super) fn pretty_difference(a: Timestamp, b: Timestamp) -> String {
    let seconds = a.as_microsecond().abs_diff(b.as_microsecond()) / 1_000_000;
    // Centuries of seconds are exact in a float.
    let age = seconds as f64;
    let (count, unit) = UNITS
        .iter()
        .find(|(length, _)| age > 60.0 * 1.9 && age / length >= 1.9)
        .map_or((seconds, "second"), |(length, unit)| {
            ((age / length).round_ties_even() as u64, *unit)
        });
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// A date and time in the environment's format and time zone.
pub(super) fn format_datetime(env: &Environment, time: Timestamp) -> String {
    if is_iso(env) {
        return format_iso(env, time);
    }
    let format = "%b %-d, %Y, %-I:%M:%S\u{202f}%p";
    time.in_zone(&zone(env)).0.strftime(format).to_string()
}

/// A date and time in ISO 8601, in the environment's time zone.
pub(super) fn format_iso(env: &Environment, time: Timestamp) -> String {
    let (local, offset) = time.in_zone(&zone(env));
    let text = local.strftime("%Y-%m-%dT%H:%M:%S");
    match offset {
        0 => format!("{text}Z"),
        _ => format!("{text}{}", written_offset(offset)),
    }
}

/// A day in the environment's format and time zone.
pub(super) fn format_date(env: &Environment, time: Timestamp) -> String {
    let format = if is_iso(env) {
        "%Y-%m-%d"
    } else {
        "%b %-d, %Y"
    };
    time.in_zone(&zone(env)).0.strftime(format).to_string()
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
    crate::time::zone_or_local(name, crate::time::ZoneNames::of(&config))
}

fn is_iso(env: &Environment) -> bool {
    env.config().get("trac", "default_date_format") == Some("iso8601")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences() {
        let now = Timestamp::UNIX_EPOCH;
        let check = |seconds: i64, expected: &str| {
            let then = Timestamp::from_second(seconds).unwrap();
            assert_eq!(pretty_difference(now, then), expected);
            assert_eq!(pretty_difference(then, now), expected);
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
