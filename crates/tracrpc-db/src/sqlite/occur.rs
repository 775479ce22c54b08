//! A function that looks for several terms in several columns at once.

use memchr::memmem::Finder;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{FromSqlError, ValueRef};
use rusqlite::{Connection, Result};

use super::folded::{Room, fold_into, until_nul};
use crate::SqlValue;

const NAME: &str = "tracrpc_occur";

/// Stands between terms and between texts; neither holds it.
const SEPARATOR: &str = "\0";

/// Has a connection know the function of this file.
pub(super) fn install(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let room = Room::default();
    connection.create_scalar_function(NAME, -1, flags, move |context| occur(context, &room))
}

/// A condition that holds where each of `terms` occurs in one of `columns`, and its parameter.
pub(super) fn condition(terms: &[String], columns: &[&str]) -> (String, SqlValue) {
    let until_nul = |term: &String| term.split(SEPARATOR).next().unwrap_or_default().to_owned();
    let terms: Vec<_> = terms.iter().map(until_nul).collect();
    let condition = format!("{NAME}(?, {})", columns.join(", "));
    (condition, terms.join(SEPARATOR).into())
}

/// `tracrpc_occur(terms, text, …)`
fn occur(context: &Context<'_>, room: &Room) -> Result<bool> {
    let terms = context.get_or_create_aux(0, |terms| {
        let terms = terms.as_str()?.split(SEPARATOR);
        let finder = |term: &str| Finder::new(&term.to_ascii_lowercase()).into_owned();
        Ok::<Vec<Finder<'static>>, FromSqlError>(terms.map(finder).collect())
    })?;
    Ok(room.lend(|texts| {
        for index in 1..context.len() {
            add(texts, context.get_raw(index));
        }
        // In nothing but NULL not even the empty term occurs.
        !texts.is_empty() && terms.iter().all(|term| term.find(texts).is_some())
    }))
}

fn add(texts: &mut Vec<u8>, value: ValueRef<'_>) {
    let number = match value {
        ValueRef::Null => return,
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(_) | ValueRef::Blob(_) => String::new(),
    };
    let text = value.as_bytes().unwrap_or(number.as_bytes());
    texts.extend_from_slice(SEPARATOR.as_bytes());
    fold_into(texts, until_nul(text));
}
