//! The users that have logged in to the web site, as Trac's session tables
//! know them.

use crate::environment::Environment;
use crate::error::Result;

/// A user with what he said about himself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name to log in with.
    pub name: String,
    /// The full name, empty if there is none.
    pub full_name: String,
    /// The mail address, empty if there is none.
    pub email: String,
}

/// All users that have ever logged in, by name.
///
/// # Errors
/// The database fails.
pub fn known(env: &Environment) -> Result<Vec<User>> {
    let sql = "SELECT DISTINCT s.sid, n.value, e.value FROM session s \
               LEFT JOIN session_attribute n \
               ON n.sid=s.sid AND n.authenticated=1 AND n.name='name' \
               LEFT JOIN session_attribute e \
               ON e.sid=s.sid AND e.authenticated=1 AND e.name='email' \
               WHERE s.authenticated=1 ORDER BY s.sid";
    let rows = env.db().read(|connection| connection.query(sql, &[]))?;
    let text = |value: Option<String>| value.unwrap_or_default();
    rows.iter()
        .map(|row| {
            Ok(User {
                name: row.get(0)?,
                full_name: text(row.get(1)?),
                email: text(row.get(2)?),
            })
        })
        .collect()
}

/// The full name of a user that has logged in and given one.
///
/// # Errors
/// The database fails.
pub fn full_name(env: &Environment, username: &str) -> Result<Option<String>> {
    let sql = "SELECT n.value FROM session s JOIN session_attribute n \
               ON n.sid=s.sid AND n.authenticated=1 AND n.name='name' \
               WHERE s.authenticated=1 AND s.sid=?";
    let row = env
        .db()
        .read(|connection| connection.query_one(sql, &[username.into()]))?;
    let name: Option<String> = row.map(|row| row.get(0)).transpose()?.flatten();
    Ok(name.filter(|name| !name.is_empty()))
}
