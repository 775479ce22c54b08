//! How long a token lasts, as people say it.

use tracrpc_env::time::{Timestamp, parse_iso8601};
use tracrpc_env::{Error, Result};
use tracrpc_translation::own_message;

/// How many days a token lasts of which nothing else is said.
pub const DEFAULT_DAYS: i64 = 365;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 60 * 60 * SECOND;

/// When a token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// At that moment.
    At(Timestamp),
    /// Never.
    Never,
}

impl Expiry {
    /// That of a token of which nothing else is said: after [`DEFAULT_DAYS`].
    #[must_use]
    pub fn usual(now: Timestamp) -> Self {
        let end = now.checked_add(DEFAULT_DAYS * DAY);
        end.map_or(Self::Never, Self::At)
    }

    /// What a text says at `now`: a number of hours, days, weeks or years (`12h`, `30d`, `6w`,
    /// `1y` for 365 days), `never`, or a date or moment of ISO 8601, in UTC where it does not
    /// say otherwise. Nothing is [`usual`](Self::usual).
    ///
    /// # Errors
    /// It is none of these, or a moment that is past.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self> {
        let text = text.trim();
        let end = match text {
            "" => return Ok(Self::usual(now)),
            "never" => return Ok(Self::Never),
            _ => match duration(text) {
                Some(micros) => now.checked_add(micros),
                None => parse_iso8601(text),
            },
        };
        let refused = || {
            Error::invalid(own_message!(
                "%(expires)s is no time for a token to end: that is a number of days such as 30d, \
                 a later date such as 2030-12-31, or never.",
                expires = text,
            ))
        };
        end.filter(|end| *end > now)
            .map(Self::At)
            .ok_or_else(refused)
    }

    /// The moment; none for never.
    #[must_use]
    pub fn moment(self) -> Option<Timestamp> {
        match self {
            Self::At(moment) => Some(moment),
            Self::Never => None,
        }
    }
}

/// The microseconds of a number and a unit.
fn duration(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let micros = match unit {
        'h' => 60 * 60 * SECOND,
        'd' => DAY,
        'w' => 7 * DAY,
        'y' => 365 * DAY,
        _ => return None,
    };
    let number = text.strip_suffix(unit)?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| number.parse::<i64>().ok()).flatten()?;
    number.checked_mul(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_read() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let check = |text: &str, expected: Option<&str>| {
            let end = Expiry::parse(text, now).ok();
            let shown = end.map(|end| end.moment().map_or("never".into(), |end| end.to_string()));
            assert_eq!(shown.as_deref(), expected, "{text}");
        };
        check("", Some("2027-01-01T00:00:00Z"));
        check("never", Some("never"));
        check("12h", Some("2026-01-01T12:00:00Z"));
        check(" 30d ", Some("2026-01-31T00:00:00Z"));
        check("2w", Some("2026-01-15T00:00:00Z"));
        check("1y", Some("2027-01-01T00:00:00Z"));
        check("2026-03-01", Some("2026-03-01T00:00:00Z"));
        check("2026-03-01T10:00:00+01:00", Some("2026-03-01T09:00:00Z"));
        for wrong in [
            "0d",
            "-1d",
            "d",
            "30",
            "30m",
            "soon",
            "2025-12-31",
            "2026-01-01",
            "1.5d",
            "é",
            "99999999999999999999d",
            "9999999999y",
        ] {
            check(wrong, None);
        }
    }
}
