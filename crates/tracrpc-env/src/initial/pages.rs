//! The wiki pages of a new environment.

use tracrpc_db::{Connection, Error, SqlValue};

use crate::{cache_table, time};

/// A page, and whether it is protected: only `WIKI_ADMIN` may change those.
struct Page {
    name: &'static str,
    text: &'static str,
    readonly: bool,
}

macro_rules! pages {
    ($($name:literal: $readonly:literal,)*) => {
        &[$(Page {
            name: $name,
            text: include_str!(concat!("pages/", $name)),
            readonly: $readonly,
        },)*]
    };
}

const PAGES: &[Page] = pages! {
    "InterMapTxt": false,
    "RecentChanges": true,
    "SandBox": false,
    "TitleIndex": true,
    "TracGuide": true,
    "TracPermissions": true,
    "TracQuery": true,
    "TracRemote": true,
    "TracTickets": true,
    "TracWorkflow": true,
    "WikiFormatting": true,
    "WikiMacros": true,
    "WikiStart": false,
};

/// Puts the pages into a database that was just made.
///
/// # Errors
/// As any statement.
pub(crate) fn insert(connection: &mut Connection) -> Result<(), Error> {
    let sql = "INSERT INTO wiki (name, version, time, author, text, comment, readonly) \
               VALUES (?, 1, ?, 'trac', ?, NULL, ?)";
    for page in PAGES {
        let now = SqlValue::Int(time::to_micros(time::now()));
        let readonly = SqlValue::Int(page.readonly.into());
        connection.execute(sql, &[page.name.into(), now, page.text.into(), readonly])?;
    }
    cache_table::touch(connection, cache_table::WIKI_PAGES)
}
