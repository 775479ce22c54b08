//! SQLite's function `like`, only faster.

use std::sync::{Mutex, PoisonError};

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Result};

use super::folded::Room;
use super::pattern::Pattern;

/// Has a connection use the function of this file.
pub(super) fn install(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    [2, 3].into_iter().try_for_each(|arguments| {
        let room = Room::default();
        connection.create_scalar_function("like", arguments, flags, move |context| {
            like(context, &room)
        })
    })
}

/// What `like` was asked to look for, kept for the next row.
struct Wanted {
    escape: Option<char>,
    /// None if SQLite has to do it.
    pattern: Option<Pattern>,
}

/// `like(pattern, text)` and `like(pattern, text, escape)`.
fn like(context: &Context<'_>, room: &Room) -> Result<Option<bool>> {
    let Some(escape) = escape(context) else {
        return built_in(context);
    };
    let kept = context.get_aux::<Wanted>(0)?;
    let wanted = match kept.filter(|wanted| wanted.escape == escape) {
        Some(wanted) => wanted,
        None => {
            let pattern = text(context.get_raw(0)).and_then(|text| Pattern::new(text, escape));
            context.set_aux(0, Wanted { escape, pattern })?
        }
    };
    let Some(pattern) = &wanted.pattern else {
        return built_in(context);
    };
    match context.get_raw(1) {
        ValueRef::Null => Ok(None),
        ValueRef::Text(bytes) if pattern.is_ascii() || str::from_utf8(bytes).is_ok() => {
            Ok(Some(room.lend(|room| pattern.matches(bytes, room))))
        }
        _ => built_in(context),
    }
}

/// The escape character, if there is an argument for it; none at all if the
/// argument is none that is a character.
fn escape(context: &Context<'_>) -> Option<Option<char>> {
    if context.len() < 3 {
        return Some(None);
    }
    let mut characters = text(context.get_raw(2))?.chars();
    match (characters.next(), characters.next()) {
        (Some('\0' | '\u{fffd}'..='\u{ffff}'), _) => None,
        (Some(only), None) => Some(Some(only)),
        _ => None,
    }
}

fn text(value: ValueRef<'_>) -> Option<&str> {
    match value {
        ValueRef::Text(bytes) => str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// Asks a connection whose `like` is SQLite's: what it makes of numbers, of
/// what is not UTF-8 and of `_` need not be known here.
fn built_in(context: &Context<'_>) -> Result<Option<bool>> {
    static CONNECTION: Mutex<Option<Connection>> = Mutex::new(None);
    let mut connection = CONNECTION.lock().unwrap_or_else(PoisonError::into_inner);
    if connection.is_none() {
        *connection = Some(Connection::open_in_memory()?);
    }
    let Some(connection) = connection.as_ref() else {
        return Ok(None);
    };
    let sql = match context.len() {
        2 => "SELECT like(?, ?)",
        _ => "SELECT like(?, ?, ?)",
    };
    let mut statement = connection.prepare_cached(sql)?;
    for index in 0..context.len() {
        let value = ToSqlOutput::Borrowed(context.get_raw(index));
        statement.raw_bind_parameter(index + 1, value)?;
    }
    let mut rows = statement.raw_query();
    match rows.next()? {
        Some(row) => row.get(0),
        None => Ok(None),
    }
}
