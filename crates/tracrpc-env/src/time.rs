//! Trac's times, microseconds since 1970 in UTC, and the dates that people write.

mod c_locale;
mod guess;
mod iso8601;
mod locale;
mod parse;
mod relative;
mod zones;

pub use locale::DateLocale;
pub use parse::{DateContext, Hint, parse_date, parse_iso8601};
pub use tracrpc_python::Timestamp;
pub use zones::{ZoneNames, zone, zone_or_local};

/// The present time.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}
