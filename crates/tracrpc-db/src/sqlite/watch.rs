//! Temporary triggers that note which rows a connection changes.
//!
//! They exist for this connection only: neither the file nor another process
//! sees anything of them.

use crate::watch::{Change, Watched};

/// Where the triggers write: which table of those that are watched, and the
/// key of the row.
const NOTES: &str = "temp.tracrpc_changed";

/// The changes that have been noted, at most so many.
pub(super) const SELECT: &str = "SELECT DISTINCT watched, key FROM temp.tracrpc_changed LIMIT ?";

/// Forgets them.
pub(super) const CLEAR: &str = "DELETE FROM temp.tracrpc_changed";

/// The statements that begin to watch.
pub(super) fn statements(tables: &[Watched]) -> String {
    let mut sql = format!("CREATE TABLE {NOTES} (watched integer, key integer);\n");
    for (number, watched) in tables.iter().enumerate() {
        sql += &trigger(number, watched, "INSERT", "NEW");
        sql += &trigger(number, watched, "DELETE", "OLD");
        sql += &trigger(number, watched, "UPDATE", "OLD");
        // An update may give a row another key.
        sql += &trigger(number, watched, "UPDATE", "NEW");
    }
    sql
}

/// What a row of the notes says.
pub(super) fn change(tables: &[Watched], number: i64, key: Option<i64>) -> Option<Change> {
    let watched = tables.get(usize::try_from(number).ok()?)?;
    Some(Change {
        table: watched.table,
        key,
    })
}

fn trigger(number: usize, watched: &Watched, event: &str, row: &str) -> String {
    let table = watched.table;
    let key = match watched.key {
        Some(key) => format!("{row}.{key}"),
        None => "NULL".to_owned(),
    };
    format!(
        "CREATE TEMP TRIGGER tracrpc_{table}_{event}_{row} AFTER {event} ON main.{table} BEGIN \
         INSERT INTO tracrpc_changed VALUES ({number}, {key}); END;\n"
    )
}
