//! Reads the dates that people write, by Trac's rules.
//!
//! The rules are those of `parse_date` in `trac/util/datefmt.py`: ISO 8601, the dates
//! of a language, and words such as `yesterday` or `3 days ago`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tracrpc_translation::message;

use super::locale::DateLocale;
use super::{ZoneNames, c_locale, guess, iso8601, now, relative, zone_or_local};
use crate::config::{Config, DateFormat};
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// Where and when a date is read.
#[derive(Clone, Debug)]
pub struct DateContext {
    /// What `now` means, and all that is relative to it.
    pub now: Timestamp,
    /// The time zone of dates that give none.
    pub zone: TimeZone,
    /// How dates are written beside ISO 8601.
    pub format: DateFormat,
    /// The language of such dates.
    pub language: DateLocale,
}

/// Which format the message of a refused date recommends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// A date.
    #[default]
    Date,
    /// A date with a time.
    DateTime,
    /// ISO 8601 only.
    Iso8601,
}

impl DateContext {
    /// The present time, with the zone and the format that `[trac]` sets, in English.
    ///
    /// # Errors
    /// `[trac] default_date_format` is none.
    pub fn of(config: &Config) -> Result<Self> {
        let trac = config.trac();
        Ok(Self {
            now: now(),
            zone: zone_or_local(&trac.default_timezone, ZoneNames::of(config)),
            format: trac.default_date_format.get()?,
            language: DateLocale::english(),
        })
    }
}

/// The time that `text` stands for.
///
/// # Errors
/// `Invalid`, in Trac's words: no date, or one before the year 1 or after 9999.
///
/// ```
/// use jiff::tz::TimeZone;
/// use tracrpc_env::config::DateFormat;
/// use tracrpc_env::time::{DateContext, DateLocale, Hint, parse_date};
///
/// let now = "2024-03-15T12:30:00Z".parse().unwrap();
/// let (zone, format, language) = (TimeZone::UTC, DateFormat::Language, DateLocale::english());
/// let context = DateContext { now, zone, format, language };
/// let monday = parse_date("last week", &context, Hint::Date).unwrap();
/// assert_eq!(monday.to_string(), "2024-03-04T00:00:00Z");
/// ```
pub fn parse_date(text: &str, context: &DateContext, hint: Hint) -> Result<Timestamp> {
    let text = text.trim();
    let read = iso8601::parse(text)
        .or_else(|| match context.format {
            DateFormat::Language => in_language(text, context.language).map(Read::Local),
            DateFormat::Iso8601 => None,
        })
        .or_else(|| relative::parse(text, context));
    resolve(read, text, context)?.ok_or_else(|| unknown(text, context, hint))
}

/// A date as a language writes it. Trac has formats of its own only for the C locale.
fn in_language(text: &str, language: DateLocale) -> Option<DateTime> {
    let text = text.to_lowercase();
    let exact = match language {
        DateLocale::C => c_locale::parse(&text),
        DateLocale::Language(_) => None,
    };
    exact.or_else(|| guess::guess(&text, language))
}

/// The time that `text` stands for by ISO 8601 alone, if it gives no zone in UTC.
#[must_use]
pub fn parse_iso8601(text: &str) -> Option<Timestamp> {
    match iso8601::parse(text.trim())? {
        Read::Local(local) => Timestamp::from_local(local, 0),
        Read::Offset(local, seconds) => Timestamp::from_local(local, seconds),
        _ => None,
    }
}

fn resolve(read: Option<Read>, text: &str, context: &DateContext) -> Result<Option<Timestamp>> {
    let time = match read {
        Some(Read::Local(local)) => Timestamp::from_zoned(local, &context.zone),
        Some(Read::Offset(local, seconds)) => Timestamp::from_local(local, seconds),
        Some(Read::Time(time)) => Some(time),
        Some(Read::Outside) => None,
        None => return Ok(None),
    };
    time.map(Some).ok_or_else(|| outside(text))
}

/// What a text was read as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Read {
    /// A date and time in the reader's zone.
    Local(DateTime),
    /// A date and time so many seconds east of UTC.
    Offset(DateTime, i64),
    /// A time that needs no zone.
    Time(Timestamp),
    /// A time that no calendar holds.
    Outside,
}

/// `time` moved by microseconds, if that is still within the calendar.
pub(super) fn moved(time: Timestamp, micros: f64) -> Read {
    if micros.abs() > 1e18 {
        return Read::Outside;
    }
    let moved = time.checked_add(micros.round_ties_even() as i64);
    moved.map_or(Read::Outside, Read::Time)
}

fn outside(text: &str) -> Error {
    Error::invalid(message!(
        "The date \"%(date)s\" is outside valid range. Try a date closer to present time.",
        date = text,
    ))
    .with_title(message!("Invalid Date"))
}

fn unknown(text: &str, context: &DateContext, hint: Hint) -> Error {
    let iso = match hint {
        Hint::Date => "YYYY-MM-DD",
        Hint::DateTime | Hint::Iso8601 => "YYYY-MM-DDThh:mm:ss±hh:mm",
    };
    let own = match hint {
        Hint::Date => context.language.date_hint(),
        _ => context.language.datetime_hint(),
    };
    let message = match context.format {
        DateFormat::Language if hint != Hint::Iso8601 => message!(
            "\"%(date)s\" is an invalid date, or the date format is not known. \
             Try \"%(hint)s\" or \"%(isohint)s\" instead.",
            date = text,
            hint = own,
            isohint = iso,
        ),
        _ => message!(
            "\"%(date)s\" is an invalid date, or the date format is not known. \
             Try \"%(hint)s\" instead.",
            date = text,
            hint = iso,
        ),
    };
    Error::invalid(message).with_title(message!("Invalid Date"))
}
