//! Time zones by the names that Trac knows.
//!
//! `trac/util/datefmt.py: get_timezone`. With pytz Trac knows the zones of the
//! tz database, whatever their letters' case; without it only those that are
//! so many hours from Greenwich. What it does not know is the machine's zone.

use jiff::tz::{TimeZone, offset};

use crate::config::Config;
use crate::language;

/// What lies in the folder of the tz database and is no zone to pytz.
const NO_ZONES: &[&str] = &["factory", "leapseconds", "localtime", "posixrules"];

/// Which names Trac knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZoneNames {
    /// Those of the tz database.
    #[default]
    All,
    /// `GMT +1:00` and its like: there is no pytz.
    Offsets,
}

impl ZoneNames {
    /// The names that the Trac beside us knows: where one is found that has no
    /// pytz, few. `[tracrpc] locale_dir` says which one it is.
    pub fn of(config: &Config) -> Self {
        match language::lacks_package(config, "pytz") {
            true => Self::Offsets,
            false => Self::All,
        }
    }
}

/// The time zone of that name; none if Trac knows none.
#[must_use]
pub fn zone(name: &str, known: ZoneNames) -> Option<TimeZone> {
    match known {
        ZoneNames::Offsets => distance(name),
        ZoneNames::All => named(name).or_else(|| distance(name)),
    }
}

/// The time zone of that name, or else that of the machine.
#[must_use]
pub fn zone_or_local(name: &str, known: ZoneNames) -> TimeZone {
    zone(name, known).unwrap_or_else(TimeZone::system)
}

/// `UTC`, `GMT`, and `GMT -12:00` to `GMT +14:00`.
fn distance(name: &str) -> Option<TimeZone> {
    if matches!(name, "UTC" | "GMT") {
        return Some(TimeZone::UTC);
    }
    let hours = name.strip_prefix("GMT ")?.strip_suffix(":00")?;
    let number: i8 = hours.parse().ok()?;
    let is_theirs = (-12..=14).contains(&number) && hours == format!("{number:+}");
    (is_theirs && number != 0).then(|| TimeZone::fixed(offset(number)))
}

/// A zone of the tz database, as pytz finds it.
fn named(name: &str) -> Option<TimeZone> {
    let plain = name.replace("_plus_", "+").replace("_minus_", "-");
    let lower = plain.to_ascii_lowercase();
    let is_path = lower.starts_with("posix/") || lower.starts_with("right/");
    if is_path || NO_ZONES.contains(&lower.as_str()) {
        return None;
    }
    TimeZone::get(&plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let seconds = |name: &str, known| {
            let zone = zone(name, known)?;
            Some(zone.to_offset(jiff::Timestamp::UNIX_EPOCH).seconds())
        };
        for (name, offsets, all) in [
            ("", None, None),
            ("UTC", Some(0), Some(0)),
            ("utc", None, Some(0)),
            ("GMT", Some(0), Some(0)),
            ("GMT +1:00", Some(3600), Some(3600)),
            ("GMT +14:00", Some(50_400), Some(50_400)),
            ("GMT -12:00", Some(-43_200), Some(-43_200)),
            ("GMT +15:00", None, None),
            ("GMT +1", None, None),
            ("GMT 1:00", None, None),
            ("GMT +01:00", None, None),
            ("GMT +0:00", None, None),
            ("gmt +1:00", None, None),
            ("Europe/Berlin", None, Some(3600)),
            ("europe/BERLIN", None, Some(3600)),
            ("CET", None, Some(3600)),
            ("Etc/GMT+5", None, Some(-18_000)),
            ("posix/Europe/Berlin", None, None),
            ("nowhere", None, None),
        ] {
            assert_eq!(seconds(name, ZoneNames::Offsets), offsets, "{name}");
            assert_eq!(seconds(name, ZoneNames::All), all, "{name}");
        }
    }
}
