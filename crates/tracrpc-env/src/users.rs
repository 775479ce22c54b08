//! The users that have ever logged in, as Trac's session tables know them.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_db::{Connection, ErrorKind, WaitBudget};

use crate::actor::Actor;
use crate::cache_table::{self, KNOWN_USERS, KNOWN_USERS_DICT};
use crate::config::{Config, DateFormat};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::permission::store;
use crate::preferences::preference;
use crate::stored::Text;
use crate::time::{DateContext, ZoneNames, now, zone_or_local};

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
               WHERE s.authenticated=1 AND s.sid IS NOT NULL ORDER BY s.sid";
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

/// How a user writes dates: by the preferences that they set in Trac, where
/// they did, else as `[trac]` says.
///
/// # Errors
/// The section cannot be understood, or the database fails.
pub fn date_context(actor: &Actor) -> Result<DateContext> {
    let config = actor.env().config();
    let names = ZoneNames::of(&config);
    let mut context = DateContext {
        language: actor.language().dates,
        ..DateContext::of(&config)?
    };
    let sql = "SELECT a.name, a.value FROM session s JOIN session_attribute a \
               ON a.sid=s.sid AND a.authenticated=1 AND a.name IN ('tz', 'lc_time') \
               WHERE s.authenticated=1 AND s.sid=?";
    let user = [actor.authname().into()];
    let rows = actor
        .env()
        .db()
        .read(|connection| connection.query(sql, &user))?;
    for row in rows {
        let value = row.get::<Option<String>>(1)?.unwrap_or_default();
        match (row.get::<Text>(0)?.0.as_str(), value.as_str()) {
            ("tz", name) => context.zone = zone_or_local(name, names),
            (_, "") => {}
            (_, "iso8601") => context.format = DateFormat::Iso8601,
            (_, _) => context.format = DateFormat::Language,
        }
    }
    Ok(context)
}

/// The full name of a user that has logged in and given one.
///
/// # Errors
/// The database fails.
pub fn full_name(env: &Environment, username: &str) -> Result<Option<String>> {
    let name = preference(env, username, "name")?;
    Ok(name.filter(|name| !name.is_empty()))
}

/// The known users that were granted an action, by name or through groups or
/// actions that imply it.
///
/// As in Trac, the answer may be five seconds old.
///
/// # Errors
/// The database fails.
pub fn with_permission(env: &Environment, action: &str) -> Result<Vec<String>> {
    let config = env.config();
    let memory = env.slot::<UserMemory>();
    if let Some(users) = memory.recent(&config, action) {
        return Ok(users);
    }
    let actions = store::all_actions(env);
    let table = store::table(env)?;
    let satisfying = actions.implying(action);
    let mut users: Vec<String> = known(env)?.into_iter().map(|user| user.name).collect();
    users.retain(|user| !table.actions_of(user).is_disjoint(&satisfying));
    memory.keep(config, action, users.clone());
    Ok(users)
}

/// Takes note that a user is there, as Trac does when it has answered: from
/// now on he is a known user. What goes wrong is logged.
///
/// No answer waits for that: while others write, the note is left to the
/// user's next request.
pub fn remember(actor: &Actor) {
    let env = actor.env();
    let user = actor.authname();
    let memory = env.slot::<UserMemory>();
    if actor.is_anonymous() || !memory.is_news(user) {
        return;
    }
    let database = env.db().within(WaitBudget::none());
    let noted = database
        .read(|connection| is_known(connection, user))
        .and_then(|is_known| match is_known {
            true => Ok(()),
            false => database.write(|connection| note(connection, user)),
        });
    match noted {
        Ok(()) => {}
        Err(error) if error.is_locked() => memory.forget(user),
        Err(error) => tracing::warn!(user.name = user, %error, "cannot take note of a user"),
    }
}

fn is_known(connection: &mut Connection, user: &str) -> Result<bool> {
    let known = "SELECT 1 FROM session WHERE sid=? AND authenticated=1";
    Ok(connection.query_one(known, &[user.into()])?.is_some())
}

fn note(connection: &mut Connection, user: &str) -> Result<()> {
    if is_known(connection, user)? {
        return Ok(());
    }
    let insert = "INSERT INTO session (sid, authenticated, last_visit) VALUES (?, 1, ?)";
    match connection.execute(insert, &[user.into(), now().as_second().into()]) {
        // Another process was faster.
        Err(error) if error.kind() == ErrorKind::Unique => return Ok(()),
        result => result?,
    };
    cache_table::touch(connection, KNOWN_USERS)?;
    Ok(cache_table::touch(connection, KNOWN_USERS_DICT)?)
}

/// How long it is good to know who has a permission.
const EXPIRY: Duration = Duration::from_secs(5);

/// What an environment knows about its users for some time.
#[derive(Debug, Default)]
struct UserMemory {
    noted: Mutex<HashSet<String>>,
    with_permission: Mutex<HashMap<String, Granted>>,
}

#[derive(Debug)]
struct Granted {
    since: Instant,
    config: Arc<Config>,
    users: Vec<String>,
}

impl UserMemory {
    fn is_news(&self, user: &str) -> bool {
        let mut noted = lock(&self.noted);
        !noted.contains(user) && noted.insert(user.to_owned())
    }

    fn forget(&self, user: &str) {
        lock(&self.noted).remove(user);
    }

    fn recent(&self, config: &Arc<Config>, action: &str) -> Option<Vec<String>> {
        let kept = lock(&self.with_permission);
        let granted = kept.get(action)?;
        let fresh = granted.since.elapsed() <= EXPIRY && Arc::ptr_eq(&granted.config, config);
        fresh.then(|| granted.users.clone())
    }

    fn keep(&self, config: Arc<Config>, action: &str, users: Vec<String>) {
        let since = Instant::now();
        let granted = Granted {
            since,
            config,
            users,
        };
        lock(&self.with_permission).insert(action.to_owned(), granted);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Refuses what cannot be the name of a user: what is empty or has control characters or
/// spaces around it, and what Trac takes for a group or an action.
///
/// # Errors
/// It says why.
pub fn check_name(user: &str) -> Result<()> {
    let reserved = matches!(user, "anonymous" | "authenticated");
    let shouted = user.chars().any(char::is_uppercase) && !user.chars().any(char::is_lowercase);
    if user.is_empty() || user.trim() != user || user.contains(char::is_control) {
        return Err(unusable(user));
    }
    if reserved || shouted {
        let reason = if reserved {
            "stands for a group"
        } else {
            "could be an action"
        };
        return Err(Error::invalid(format!(
            "`{user}` cannot be the name of a user: it {reason}"
        )));
    }
    Ok(())
}

pub(crate) fn unusable(user: &str) -> Error {
    Error::invalid(format!("`{user}` cannot be the name of a user"))
}
