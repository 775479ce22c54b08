//! Values that go into statements and come out of rows.

use crate::{Error, ErrorKind};

/// One value of a row or a parameter, in SQLite's five storage classes.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlValue {
    /// SQL's NULL.
    Null,
    /// An integer of 64 bits; booleans are 0 and 1.
    Int(i64),
    /// A floating point number.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// One row of a result, its values by position.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(Vec<SqlValue>);

/// A type that a value of a row can be read as.
pub trait FromSql: Sized {
    /// Reads `value`, converting between text and numbers where SQLite would.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] if the value does not fit, NULL included; read
    /// what may be NULL as an [`Option`].
    fn from_sql(value: SqlValue) -> Result<Self, Error>;
}

impl Row {
    pub(crate) fn new(values: Vec<SqlValue>) -> Row {
        Row(values)
    }

    /// The value at position `index`, from 0, as a `T`.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] if there is no such position, or the value is no `T`.
    pub fn get<T: FromSql>(&self, index: usize) -> Result<T, Error> {
        T::from_sql(self.value(index)?.clone())
            .map_err(|error| Error::new(error.kind(), format!("column {index}: {error}")))
    }

    /// The value at position `index`, from 0, as it is.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] if there is no such position.
    pub fn value(&self, index: usize) -> Result<&SqlValue, Error> {
        self.0.get(index).ok_or_else(|| {
            Error::new(
                ErrorKind::Value,
                format!("no column {index} in a row of {}", self.0.len()),
            )
        })
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values in order.
    pub fn into_values(self) -> Vec<SqlValue> {
        self.0
    }
}

impl SqlValue {
    fn type_name(&self) -> &'static str {
        match self {
            SqlValue::Null => "NULL",
            SqlValue::Int(_) => "an integer",
            SqlValue::Real(_) => "a real number",
            SqlValue::Text(_) => "a text",
            SqlValue::Blob(_) => "a blob",
        }
    }
}

fn mismatch(value: &SqlValue, wanted: &str) -> Error {
    Error::new(
        ErrorKind::Value,
        format!("expected {wanted}, found {}", value.type_name()),
    )
}

impl FromSql for SqlValue {
    fn from_sql(value: SqlValue) -> Result<SqlValue, Error> {
        Ok(value)
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn from_sql(value: SqlValue) -> Result<Option<T>, Error> {
        match value {
            SqlValue::Null => Ok(None),
            value => T::from_sql(value).map(Some),
        }
    }
}

impl FromSql for i64 {
    fn from_sql(value: SqlValue) -> Result<i64, Error> {
        match &value {
            SqlValue::Int(number) => Some(*number),
            SqlValue::Real(number) if number.fract() == 0.0 && number.abs() < 9e18 => {
                Some(*number as i64)
            }
            SqlValue::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
        .ok_or_else(|| mismatch(&value, "an integer"))
    }
}

impl FromSql for f64 {
    fn from_sql(value: SqlValue) -> Result<f64, Error> {
        match &value {
            SqlValue::Int(number) => Some(*number as f64),
            SqlValue::Real(number) => Some(*number),
            SqlValue::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
        .ok_or_else(|| mismatch(&value, "a number"))
    }
}

impl FromSql for bool {
    fn from_sql(value: SqlValue) -> Result<bool, Error> {
        i64::from_sql(value).map(|number| number != 0)
    }
}

impl FromSql for String {
    fn from_sql(value: SqlValue) -> Result<String, Error> {
        match value {
            SqlValue::Text(text) => Ok(text),
            SqlValue::Int(number) => Ok(number.to_string()),
            SqlValue::Real(number) => Ok(number.to_string()),
            SqlValue::Blob(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            SqlValue::Null => Err(mismatch(&value, "a text")),
        }
    }
}

impl FromSql for Vec<u8> {
    fn from_sql(value: SqlValue) -> Result<Vec<u8>, Error> {
        match value {
            SqlValue::Blob(bytes) => Ok(bytes),
            SqlValue::Text(text) => Ok(text.into_bytes()),
            value => Err(mismatch(&value, "a blob")),
        }
    }
}

impl From<i64> for SqlValue {
    fn from(value: i64) -> SqlValue {
        SqlValue::Int(value)
    }
}

impl From<i32> for SqlValue {
    fn from(value: i32) -> SqlValue {
        SqlValue::Int(value.into())
    }
}

impl From<bool> for SqlValue {
    fn from(value: bool) -> SqlValue {
        SqlValue::Int(value.into())
    }
}

impl From<f64> for SqlValue {
    fn from(value: f64) -> SqlValue {
        SqlValue::Real(value)
    }
}

impl From<&str> for SqlValue {
    fn from(value: &str) -> SqlValue {
        SqlValue::Text(value.to_owned())
    }
}

impl From<&String> for SqlValue {
    fn from(value: &String) -> SqlValue {
        SqlValue::Text(value.clone())
    }
}

impl From<String> for SqlValue {
    fn from(value: String) -> SqlValue {
        SqlValue::Text(value)
    }
}

impl From<Vec<u8>> for SqlValue {
    fn from(value: Vec<u8>) -> SqlValue {
        SqlValue::Blob(value)
    }
}

impl<T: Into<SqlValue>> From<Option<T>> for SqlValue {
    fn from(value: Option<T>) -> SqlValue {
        value.map_or(SqlValue::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_convert_where_sqlite_would() {
        let row = Row::new(vec![
            "12".into(),
            7_i64.into(),
            1.5.into(),
            SqlValue::Null,
            "x".into(),
        ]);
        assert_eq!(row.get::<i64>(0).unwrap(), 12);
        assert_eq!(row.get::<String>(1).unwrap(), "7");
        assert!(row.get::<bool>(1).unwrap());
        assert_eq!(row.get::<f64>(2).unwrap(), 1.5);
        assert_eq!(row.get::<Option<i64>>(3).unwrap(), None);
        for (index, text) in [
            (2, "column 2: expected an integer, found a real number"),
            (4, "column 4: expected an integer, found a text"),
            (3, "column 3: expected an integer, found NULL"),
            (9, "no column 9 in a row of 5"),
        ] {
            let error = row.get::<i64>(index).unwrap_err();
            assert_eq!(
                (error.kind(), error.to_string().as_str()),
                (ErrorKind::Value, text)
            );
        }
    }
}
