//! Dates as administrators write and read them: in the time zone of the computer.

use jiff::tz::TimeZone;
use tracrpc_env::Error;
use tracrpc_env::config::DateFormat;
use tracrpc_env::time::{DateContext, DateLocale, Hint, Timestamp, now, parse_date};

/// The moment that a text stands for.
pub(super) fn parse(text: &str) -> Result<Timestamp, Error> {
    let zone = TimeZone::system();
    let context = DateContext {
        now: now(),
        zone,
        format: DateFormat::Language,
        language: DateLocale::C,
    };
    parse_date(text, &context, Hint::DateTime)
}

/// The moment that a text stands for, none for an empty text.
pub(super) fn parse_or_none(text: &str) -> Result<Option<Timestamp>, Error> {
    match text {
        "" => Ok(None),
        text => parse(text).map(Some),
    }
}

/// A day, empty for none.
pub(super) fn day(time: Option<Timestamp>) -> String {
    format(time, "%Y-%m-%d")
}

/// A day and the time of the day, empty for none.
pub(super) fn moment(time: Option<Timestamp>) -> String {
    format(time, "%Y-%m-%d %H:%M:%S")
}

fn format(time: Option<Timestamp>, pattern: &str) -> String {
    let local = time.map(|time| time.in_zone(&TimeZone::system()).0);
    local
        .map(|local| local.strftime(pattern).to_string())
        .unwrap_or_default()
}
