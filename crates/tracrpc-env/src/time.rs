//! Trac's times, microseconds since 1970 in UTC, and the dates that people write.

mod c_locale;
mod iso8601;
mod parse;
mod relative;

pub use parse::{DateContext, Hint, Language, parse_date, parse_iso8601, zone};
pub use tracrpc_python::Timestamp;

/// The present time.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}
