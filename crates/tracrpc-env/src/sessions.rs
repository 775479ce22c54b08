//! Trac's sessions, as `trac-admin session` sees and changes them.
//!
//! `trac/web/session.py: SessionAdmin`.

use tracrpc_db::{Connection, ErrorKind, SqlValue};

use crate::cache_table::{self, KNOWN_USERS, KNOWN_USERS_DICT};
use crate::error::{Error, Result};
use crate::stored::Int;
use crate::time::Timestamp;
use crate::{Environment, time};

/// The handlers that a user may choose for `/` of the web site.
const DEFAULT_HANDLERS: &[&str] = &[
    "AboutModule",
    "AdminModule",
    "AnyDiffModule",
    "BrowserModule",
    "ChangesetModule",
    "LogModule",
    "MilestoneModule",
    "PreferencesModule",
    "QueryModule",
    "ReportModule",
    "RoadmapModule",
    "SearchModule",
    "TicketModule",
    "TimelineModule",
    "WikiModule",
];

/// Whose session it is: a user's, or that of somebody who has not logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionId {
    /// The user's name, or a random one.
    pub sid: String,
    /// Whether it is a user.
    pub is_authenticated: bool,
}

impl SessionId {
    /// Reads `sid`, `sid:0` (not logged in) or `sid:1`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (sid, is_authenticated) = match (text.strip_suffix(":0"), text.strip_suffix(":1")) {
            (Some(sid), _) => (sid, false),
            (_, Some(sid)) => (sid, true),
            (None, None) => (text, true),
        };
        Self {
            sid: sid.to_owned(),
            is_authenticated,
        }
    }

    fn params(&self) -> [SqlValue; 2] {
        [
            self.sid.as_str().into(),
            SqlValue::Int(self.is_authenticated.into()),
        ]
    }
}

/// A session with what is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub id: SessionId,
    /// When it was last used.
    pub last_visit: Option<Timestamp>,
    /// The attributes `name`, `email` and `default_handler`, empty if missing.
    pub attributes: [String; 3],
}

/// All sessions, sorted.
///
/// # Errors
/// The database fails.
pub fn list(env: &Environment) -> Result<Vec<Session>> {
    let sql = "SELECT DISTINCT s.sid, s.authenticated, s.last_visit, n.value, e.value, h.value \
               FROM session s \
               LEFT JOIN session_attribute n ON n.sid=s.sid \
               AND n.authenticated=s.authenticated AND n.name='name' \
               LEFT JOIN session_attribute e ON e.sid=s.sid \
               AND e.authenticated=s.authenticated AND e.name='email' \
               LEFT JOIN session_attribute h ON h.sid=s.sid \
               AND h.authenticated=s.authenticated AND h.name='default_handler' \
               ORDER BY s.sid, s.authenticated";
    let rows = env.db().read(|connection| connection.query(sql, &[]))?;
    rows.iter()
        .map(|row| {
            let text =
                |index| Ok::<_, Error>(row.get::<Option<String>>(index)?.unwrap_or_default());
            let last_visit = row.get::<Int>(2)?.known();
            Ok(Session {
                id: SessionId {
                    sid: text(0)?,
                    is_authenticated: row.get::<Int>(1)?.known().unwrap_or_default() != 0,
                },
                last_visit: last_visit.and_then(Timestamp::from_second),
                attributes: [text(3)?, text(4)?, text(5)?],
            })
        })
        .collect()
}

/// Makes a session.
///
/// # Errors
/// *Invalid* if there is one; the database fails.
pub fn add(env: &Environment, id: &SessionId, name: &str, email: &str) -> Result<()> {
    env.db().write(|connection| {
        let [sid, authenticated] = id.params();
        let visit = time::now().as_second().into();
        let insert = "INSERT INTO session (sid, authenticated, last_visit) VALUES (?, ?, ?)";
        match connection.execute(insert, &[sid, authenticated, visit]) {
            Err(error) if error.kind() == ErrorKind::Unique => {
                return Err(Error::invalid(format!(
                    "Session '{}' already exists",
                    id.sid
                )));
            }
            result => result?,
        };
        set_attribute(connection, id, "name", name)?;
        set_attribute(connection, id, "email", email)?;
        touch(connection)
    })
}

/// Gives an attribute a value; an empty one takes it away.
///
/// # Errors
/// *Invalid* if there is no such attribute, handler or session; the database fails.
pub fn set(env: &Environment, attribute: &str, id: &SessionId, value: &str) -> Result<()> {
    if !["name", "email", "default_handler"].contains(&attribute) {
        return Err(Error::invalid(format!("Invalid attribute '{attribute}'")));
    }
    if attribute == "default_handler" && !value.is_empty() && !DEFAULT_HANDLERS.contains(&value) {
        return Err(Error::invalid(format!("Invalid default_handler '{value}'")));
    }
    env.db().write(|connection| {
        let known = "SELECT sid FROM session WHERE sid=? AND authenticated=?";
        if connection.query_one(known, &id.params())?.is_none() {
            return Err(Error::invalid(format!("Session '{}' not found", id.sid)));
        }
        set_attribute(connection, id, attribute, value)?;
        touch(connection)
    })
}

/// Deletes sessions; the sid `anonymous` stands for all without a user.
///
/// # Errors
/// The database fails.
pub fn delete(env: &Environment, ids: &[SessionId]) -> Result<()> {
    env.db().write(|connection| {
        for id in ids {
            for table in ["session", "session_attribute"] {
                if id.sid == "anonymous" {
                    connection
                        .execute(&format!("DELETE FROM {table} WHERE authenticated=0"), &[])?;
                } else {
                    let sql = format!("DELETE FROM {table} WHERE sid=? AND authenticated=?");
                    connection.execute(&sql, &id.params())?;
                }
            }
        }
        touch(connection)
    })
}

/// Deletes the sessions without a user that were last used before `when`.
///
/// # Errors
/// The database fails.
pub fn purge(env: &Environment, when: Timestamp) -> Result<()> {
    env.db().write(|connection| {
        let sessions = "DELETE FROM session WHERE authenticated=0 AND last_visit<?";
        connection.execute(sessions, &[when.as_second().into()])?;
        let attributes = "DELETE FROM session_attribute WHERE authenticated=0 \
                          AND NOT EXISTS (SELECT * FROM session s \
                          WHERE s.sid=session_attribute.sid AND s.authenticated=0)";
        connection.execute(attributes, &[])?;
        Ok(())
    })
}

fn set_attribute(
    connection: &mut Connection,
    id: &SessionId,
    attribute: &str,
    value: &str,
) -> Result<()> {
    let [sid, authenticated] = id.params();
    let delete = "DELETE FROM session_attribute WHERE sid=? AND authenticated=? AND name=?";
    connection.execute(
        delete,
        &[sid.clone(), authenticated.clone(), attribute.into()],
    )?;
    if !value.is_empty() {
        let insert = "INSERT INTO session_attribute (sid, authenticated, name, value) \
                      VALUES (?, ?, ?, ?)";
        connection.execute(
            insert,
            &[sid, authenticated, attribute.into(), value.into()],
        )?;
    }
    Ok(())
}

fn touch(connection: &mut Connection) -> Result<()> {
    cache_table::touch(connection, KNOWN_USERS)?;
    Ok(cache_table::touch(connection, KNOWN_USERS_DICT)?)
}
