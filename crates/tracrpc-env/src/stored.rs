//! What Trac makes of the values that stand in its tables.
//!
//! A column of SQLite holds what it is given: NULL in a name, a real number or a
//! text in a time. Trac reads rows as Python has them, and so one odd value costs
//! what shows it, and no more. Whoever reads a table here reads its texts as
//! [`Text`] or `Option<String>` and its times as [`Time`], which never fail; what is
//! made of a value that is none then depends on what it is needed for.

use tracrpc_db::{Error as DbError, FromSql, Row, SqlValue};

use crate::error::{Error, Result};
use crate::text::parse_int;
use crate::time::Timestamp;

/// A text; nothing is an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub String);

impl FromSql for Text {
    fn from_sql(value: SqlValue) -> Result<Self, DbError> {
        Option::<String>::from_sql(value).map(|text| Self(text.unwrap_or_default()))
    }
}

/// A column of times, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time(Result<Option<Timestamp>, Unreadable>);

/// Why a value is no time, in the words of Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unreadable {
    OutOfRange,
    Infinite,
    Text,
    Bytes,
}

impl Time {
    /// The time; 1970 if there is none (`trac/util/datefmt.py: from_utimestamp`).
    ///
    /// # Errors
    /// *Invalid*: the value is no time.
    pub fn moment(self) -> Result<Timestamp> {
        Ok(self.date()?.unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// The time, if there is one (`trac/ticket/model.py: _from_timestamp`).
    ///
    /// # Errors
    /// *Invalid*: the value is no time.
    pub fn date(self) -> Result<Option<Timestamp>> {
        self.0.map_err(|why| Error::invalid(why.text()))
    }

    /// The time, for what can do without.
    pub fn known(self) -> Option<Timestamp> {
        self.0.ok().flatten()
    }
}

impl Unreadable {
    fn text(self) -> &'static str {
        match self {
            Self::OutOfRange => "date value out of range",
            Self::Infinite => "cannot convert float infinity to integer",
            Self::Text => "unsupported type for timedelta microseconds component: str",
            Self::Bytes => "unsupported type for timedelta microseconds component: bytes",
        }
    }
}

impl FromSql for Time {
    fn from_sql(value: SqlValue) -> Result<Self, DbError> {
        Ok(Self(match value {
            SqlValue::Null => Ok(None),
            SqlValue::Int(0) => Ok(None),
            SqlValue::Int(micros) => from_micros(micros),
            SqlValue::Real(micros) => from_real(micros),
            SqlValue::Text(text) if text.is_empty() => Ok(None),
            SqlValue::Text(_) => Err(Unreadable::Text),
            SqlValue::Blob(bytes) if bytes.is_empty() => Ok(None),
            SqlValue::Blob(_) => Err(Unreadable::Bytes),
        }))
    }
}

fn from_micros(micros: i64) -> Result<Option<Timestamp>, Unreadable> {
    let time = Timestamp::from_microsecond(micros);
    time.map(Some).ok_or(Unreadable::OutOfRange)
}

/// `timedelta` rounds to the nearest microsecond, and to the even one of two.
fn from_real(micros: f64) -> Result<Option<Timestamp>, Unreadable> {
    match micros.round_ties_even() {
        _ if micros == 0.0 => Ok(None),
        rounded if rounded.is_infinite() => Err(Unreadable::Infinite),
        rounded if rounded.abs() < 9e18 => from_micros(rounded as i64),
        _ => Err(Unreadable::OutOfRange),
    }
}

/// The time of a stored number that was read as a text; none for what is no time, and
/// for 0.
pub fn time_of_text(text: &str) -> Option<Timestamp> {
    let number = parse_int(text).map(SqlValue::Int);
    let number = number.or_else(|| text.parse().ok().map(SqlValue::Real))?;
    Time::from_sql(number).ok()?.known()
}

/// A column of whole numbers, of which Python's `int()` is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int(Option<i64>);

impl FromSql for Int {
    fn from_sql(value: SqlValue) -> Result<Self, DbError> {
        Ok(Self(match value {
            SqlValue::Null => None,
            SqlValue::Int(number) => Some(number),
            SqlValue::Real(number) if number.abs() < 9e18 => Some(number.trunc() as i64),
            SqlValue::Real(_) => None,
            SqlValue::Text(text) => parse_int(&text),
            SqlValue::Blob(bytes) => str::from_utf8(&bytes).ok().and_then(parse_int),
        }))
    }
}

impl Int {
    /// The number.
    ///
    /// # Errors
    /// *Invalid*: the value is none.
    pub fn number(self) -> Result<i64> {
        self.0
            .ok_or_else(|| Error::invalid("invalid literal for int() with base 10"))
    }

    /// The number, if it is one.
    pub fn known(self) -> Option<i64> {
        self.0
    }
}

/// A number that is not 0 (`int(readonly) if readonly else 0`).
pub fn is_set(row: &Row, index: usize) -> Result<bool> {
    match row.value(index)? {
        SqlValue::Null => Ok(false),
        SqlValue::Text(text) if text.is_empty() => Ok(false),
        SqlValue::Blob(bytes) if bytes.is_empty() => Ok(false),
        _ => Ok(row.get::<Int>(index)?.number()? != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let check = |value: SqlValue, expected: &str| {
            let time = Time::from_sql(value.clone()).unwrap();
            let text = match time.date() {
                Ok(date) => date.map(|date| date.to_string()).unwrap_or_default(),
                Err(error) => error.message().to_owned(),
            };
            assert_eq!(text, expected, "{value:?}");
        };
        check(SqlValue::Null, "");
        check(0.into(), "");
        check((-0.0).into(), "");
        check("".into(), "");
        check(Vec::new().into(), "");
        check(1_262_304_000_000_000.0.into(), "2010-01-01T00:00:00Z");
        check(1.5.into(), "1970-01-01T00:00:00.000002Z");
        check(2.5.into(), "1970-01-01T00:00:00.000002Z");
        check((-1.5).into(), "1969-12-31T23:59:59.999998Z");
        check(0.25.into(), "1970-01-01T00:00:00Z");
        check(
            253_402_300_799_999_999_i64.into(),
            "9999-12-31T23:59:59.999999Z",
        );
        check(
            253_402_300_800_000_000_i64.into(),
            "date value out of range",
        );
        check(i64::MIN.into(), "date value out of range");
        check(1e300.into(), "date value out of range");
        check(
            f64::INFINITY.into(),
            "cannot convert float infinity to integer",
        );
        check(
            "soon".into(),
            "unsupported type for timedelta microseconds component: str",
        );
        check(
            b"0".to_vec().into(),
            "unsupported type for timedelta microseconds component: bytes",
        );
    }

    #[test]
    fn whole_numbers() {
        let check = |value: SqlValue, expected: Option<i64>| {
            let number = Int::from_sql(value.clone()).unwrap();
            assert_eq!(number.known(), expected, "{value:?}");
        };
        check(SqlValue::Null, None);
        check(7.into(), Some(7));
        check((-1.9).into(), Some(-1));
        check(1e300.into(), None);
        check(f64::INFINITY.into(), None);
        check("".into(), None);
        check(" 12 ".into(), Some(12));
        check("1.5".into(), None);
        check(b"12".to_vec().into(), Some(12));
        check(b"\xff".to_vec().into(), None);
    }
}
