//! Dates that are given as text, in the time zone of whoever gives them.

use jiff::tz::TimeZone;
use tracrpc_env::config::{Config, DateFormat};
use tracrpc_env::time::{DateContext, DateLocale, Hint, Timestamp, now, parse_date, parse_iso8601};
use tracrpc_env::{Actor, Result, users};

/// A date of the user, in the user's time zone.
///
/// # Errors
/// `Invalid` if the text is no date.
pub(super) fn parse_user(actor: &Actor, text: &str, format: Option<&str>) -> Result<Timestamp> {
    parse_date(text, &users::date_context(actor)?, hint(format))
}

/// A date of the configuration: in the time zone of the server.
///
/// # Errors
/// `Invalid` if the text is no date.
pub(super) fn parse_server(_: &Config, text: &str, format: Option<&str>) -> Result<Timestamp> {
    let zone = TimeZone::system();
    let context = DateContext {
        now: now(),
        zone,
        format: DateFormat::Language,
        language: DateLocale::C,
    };
    parse_date(text, &context, hint(format))
}

/// A date that was stored as text: in UTC. None if the text is no date.
pub(super) fn parse_utc(text: &str) -> Option<Timestamp> {
    parse_iso8601(text)
}

/// What the format of a custom field of type `time` recommends.
fn hint(format: Option<&str>) -> Hint {
    match format {
        Some("date") => Hint::Date,
        _ => Hint::DateTime,
    }
}
