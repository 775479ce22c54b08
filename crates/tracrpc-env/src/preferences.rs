//! What users have set among Trac's preferences.

use crate::environment::Environment;
use crate::error::Result;
use crate::stored::Text;

/// What a user that has logged in has set among Trac's preferences, such as
/// `language` or `dateinfo`.
///
/// # Errors
/// The database fails.
pub fn preference(env: &Environment, user: &str, name: &str) -> Result<Option<String>> {
    let sql = "SELECT a.value FROM session s JOIN session_attribute a \
               ON a.sid=s.sid AND a.authenticated=1 AND a.name=? \
               WHERE s.authenticated=1 AND s.sid=?";
    let params = [name.into(), user.into()];
    let row = env
        .db()
        .read(|connection| connection.query_one(sql, &params))?;
    let value = row.map(|row| row.get::<Text>(0)).transpose()?;
    Ok(value.map(|text| text.0))
}
