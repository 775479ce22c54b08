//! Values on their way to and from PostgreSQL.

use std::error::Error as StdError;

use bytes::BytesMut;
use postgres::types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::numeric;
use crate::SqlValue;

/// Lends a value to the driver.
///
/// It goes as text, which the server reads as whatever type it expects: so
/// `7` fits a column of integers and one of texts, as it would in SQLite.
#[derive(Debug)]
pub(crate) struct Param<'a>(pub(crate) &'a SqlValue);

impl ToSql for Param<'_> {
    fn to_sql(
        &self,
        _type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self.0 {
            SqlValue::Null => return Ok(IsNull::Yes),
            SqlValue::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
            SqlValue::Real(number) => out.extend_from_slice(number.to_string().as_bytes()),
            SqlValue::Text(text) => out.extend_from_slice(text.as_bytes()),
            SqlValue::Blob(bytes) => {
                out.extend_from_slice(b"\\x");
                for byte in bytes {
                    out.extend_from_slice(format!("{byte:02x}").as_bytes());
                }
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_type: &Type) -> bool {
        true
    }

    fn encode_format(&self, _type: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// A value of any type that Trac's tables and statements have.
pub(crate) struct Any(pub(crate) SqlValue);

impl<'a> FromSql<'a> for Any {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Any, Box<dyn StdError + Sync + Send>> {
        Ok(Any(match *kind {
            Type::BOOL => bool::from_sql(kind, raw)?.into(),
            Type::INT2 => i64::from(i16::from_sql(kind, raw)?).into(),
            Type::INT4 => i32::from_sql(kind, raw)?.into(),
            Type::INT8 => i64::from_sql(kind, raw)?.into(),
            Type::OID => i64::from(u32::from_sql(kind, raw)?).into(),
            Type::FLOAT4 => f64::from(f32::from_sql(kind, raw)?).into(),
            Type::FLOAT8 => f64::from_sql(kind, raw)?.into(),
            Type::NUMERIC => numeric::decode(raw).ok_or("a malformed numeric value")?,
            Type::BYTEA => raw.to_vec().into(),
            Type::VOID => SqlValue::Null,
            _ if <&str as FromSql<'_>>::accepts(kind) => <&str>::from_sql(kind, raw)?.into(),
            _ => return Err(format!("a value of type {kind}, which has to be cast").into()),
        }))
    }

    fn from_sql_null(_kind: &Type) -> Result<Any, Box<dyn StdError + Sync + Send>> {
        Ok(Any(SqlValue::Null))
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }
}
