//! Rows that are looked at while the database goes through them.

use std::borrow::Cow;

use crate::{Error, ErrorKind, FromSql, SqlValue};

/// A row that a driver has in hand.
pub(crate) trait Columns {
    /// The value at a position; none if there is no such position.
    fn value(&self, index: usize) -> Result<Option<LentValue<'_>>, Error>;
}

/// A value that belongs to the driver.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LentValue<'a> {
    /// Numbers and NULL.
    Plain(SqlValue),
    Text(Cow<'a, str>),
    Blob(Cow<'a, [u8]>),
}

/// A row of a result for the length of one closure, its values by position.
///
/// Texts are not copied, which makes a difference where there are many rows
/// or long ones.
pub struct LentRow<'a>(&'a dyn Columns);

impl<'a> LentRow<'a> {
    pub(crate) fn new(columns: &'a dyn Columns) -> LentRow<'a> {
        LentRow(columns)
    }

    /// The value at position `index`, from 0, as a `T` of its own.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] if there is no such position, or the value is no `T`.
    pub fn get<T: FromSql>(&self, index: usize) -> Result<T, Error> {
        T::from_sql(self.value(index)?.into())
            .map_err(|error| Error::new(error.kind(), format!("column {index}: {error}")))
    }

    /// The value at position `index`, from 0, as a text; none for NULL.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] if there is no such position.
    pub fn text(&self, index: usize) -> Result<Option<Cow<'a, str>>, Error> {
        match self.value(index)? {
            LentValue::Text(text) => Ok(Some(text)),
            value => Ok(Option::<String>::from_sql(value.into())?.map(Cow::Owned)),
        }
    }

    fn value(&self, index: usize) -> Result<LentValue<'a>, Error> {
        let value = self.0.value(index)?;
        value.ok_or_else(|| Error::new(ErrorKind::Value, format!("no column {index}")))
    }
}

impl From<LentValue<'_>> for SqlValue {
    fn from(value: LentValue<'_>) -> SqlValue {
        match value {
            LentValue::Plain(value) => value,
            LentValue::Text(text) => SqlValue::Text(text.into_owned()),
            LentValue::Blob(bytes) => SqlValue::Blob(bytes.into_owned()),
        }
    }
}
