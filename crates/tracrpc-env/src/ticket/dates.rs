//! Dates that are given as text, in the time zone of whoever gives them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::text::strip;
use crate::config::Config;
use crate::error::{Error, Result};

/// A date of the user: in the time zone of `[trac] default_timezone`.
///
/// # Errors
/// `Invalid` if the text is no date.
pub(crate) fn parse_user(config: &Config, text: &str, hint: Option<&str>) -> Result<Timestamp> {
    parse(text, user_zone(config)?, hint)
}

/// A date of the configuration: in the time zone of the server.
///
/// # Errors
/// `Invalid` if the text is no date.
pub(super) fn parse_server(_: &Config, text: &str, hint: Option<&str>) -> Result<Timestamp> {
    parse(text, TimeZone::system(), hint)
}

/// A date that was stored as text: in UTC. None if the text is no date.
pub(super) fn parse_utc(text: &str) -> Option<Timestamp> {
    parse(text, TimeZone::UTC, None).ok()
}

fn user_zone(config: &Config) -> Result<TimeZone> {
    let name = &config.trac()?.default_timezone;
    Ok(TimeZone::get(name).unwrap_or_else(|_| TimeZone::system()))
}

fn parse(text: &str, zone: TimeZone, _hint: Option<&str>) -> Result<Timestamp> {
    let text = strip(text);
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let local = text.parse::<DateTime>().or_else(|_| {
        text.parse::<Date>()
            .map(|date| date.to_datetime(jiff::civil::Time::midnight()))
    });
    local
        .and_then(|local| zone.to_timestamp(local))
        .map_err(|_| invalid(text))
}

fn invalid(text: &str) -> Error {
    let message = format!("\"{text}\" is an invalid date, or the date format is not known.");
    Error::invalid(message).with_title("Invalid Date")
}
