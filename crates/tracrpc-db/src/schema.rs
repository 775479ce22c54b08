//! The tables of Trac 1.6 (database version 45) as data.

use crate::ColumnType;

/// The version of the database that [`TABLES`] describe, as Trac counts.
pub const VERSION: i64 = 45;

/// A table with its key and indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// The table's name.
    pub name: &'static str,
    /// The names of the columns that identify a row.
    pub key: &'static [&'static str],
    /// The columns in order.
    pub columns: &'static [Column],
    /// The indices beside that of the key.
    pub indices: &'static [Index],
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The column's name.
    pub name: &'static str,
    /// The type of its values.
    pub column_type: ColumnType,
    /// Whether the database numbers the rows in it.
    pub auto_increment: bool,
}

/// An index over some columns of a table, by their names in order.
pub type Index = &'static [&'static str];

impl Table {
    /// The name of `index`, as Trac forms it.
    pub fn index_name(&self, index: Index) -> String {
        format!("{}_{}_idx", self.name, index.join("_"))
    }
}

const fn text(name: &'static str) -> Column {
    Column {
        name,
        column_type: ColumnType::Text,
        auto_increment: false,
    }
}

const fn int(name: &'static str) -> Column {
    Column {
        name,
        column_type: ColumnType::Int,
        auto_increment: false,
    }
}

const fn int64(name: &'static str) -> Column {
    Column {
        name,
        column_type: ColumnType::Int64,
        auto_increment: false,
    }
}

const fn number(name: &'static str) -> Column {
    Column {
        name,
        column_type: ColumnType::Int,
        auto_increment: true,
    }
}

const fn table(
    name: &'static str,
    key: &'static [&'static str],
    columns: &'static [Column],
    indices: &'static [Index],
) -> Table {
    Table {
        name,
        key,
        columns,
        indices,
    }
}

/// All tables of an environment, in the order in which Trac makes them.
pub const TABLES: &[Table] = &[
    table("system", &["name"], &[text("name"), text("value")], &[]),
    table(
        "permission",
        &["username", "action"],
        &[text("username"), text("action")],
        &[],
    ),
    table(
        "auth_cookie",
        &["cookie", "ipnr", "name"],
        &[text("cookie"), text("name"), text("ipnr"), int("time")],
        &[],
    ),
    table(
        "session",
        &["sid", "authenticated"],
        &[text("sid"), int("authenticated"), int("last_visit")],
        &[&["last_visit"], &["authenticated"]],
    ),
    table(
        "session_attribute",
        &["sid", "authenticated", "name"],
        &[
            text("sid"),
            int("authenticated"),
            text("name"),
            text("value"),
        ],
        &[],
    ),
    table(
        "cache",
        &["id"],
        &[int("id"), int("generation"), text("key")],
        &[],
    ),
    table(
        "attachment",
        &["type", "id", "filename"],
        &[
            text("type"),
            text("id"),
            text("filename"),
            int("size"),
            int64("time"),
            text("description"),
            text("author"),
        ],
        &[],
    ),
    table(
        "wiki",
        &["name", "version"],
        &[
            text("name"),
            int("version"),
            int64("time"),
            text("author"),
            text("text"),
            text("comment"),
            int("readonly"),
        ],
        &[&["time"]],
    ),
    table(
        "repository",
        &["id", "name"],
        &[int("id"), text("name"), text("value")],
        &[],
    ),
    table(
        "revision",
        &["repos", "rev"],
        &[
            int("repos"),
            text("rev"),
            int64("time"),
            text("author"),
            text("message"),
        ],
        &[&["repos", "time"]],
    ),
    table(
        "node_change",
        &["id"],
        &[
            number("id"),
            int("repos"),
            text("rev"),
            text("path"),
            text("node_type"),
            text("change_type"),
            text("base_path"),
            text("base_rev"),
        ],
        &[&["repos", "rev", "path"], &["repos", "path", "rev"]],
    ),
    table(
        "ticket",
        &["id"],
        &[
            number("id"),
            text("type"),
            int64("time"),
            int64("changetime"),
            text("component"),
            text("severity"),
            text("priority"),
            text("owner"),
            text("reporter"),
            text("cc"),
            text("version"),
            text("milestone"),
            text("status"),
            text("resolution"),
            text("summary"),
            text("description"),
            text("keywords"),
        ],
        &[&["time"], &["status"]],
    ),
    table(
        "ticket_change",
        &["ticket", "time", "field"],
        &[
            int("ticket"),
            int64("time"),
            text("author"),
            text("field"),
            text("oldvalue"),
            text("newvalue"),
        ],
        &[&["ticket"], &["time"]],
    ),
    table(
        "ticket_custom",
        &["ticket", "name"],
        &[int("ticket"), text("name"), text("value")],
        &[],
    ),
    table(
        "enum",
        &["type", "name"],
        &[
            text("type"),
            text("name"),
            text("value"),
            text("description"),
        ],
        &[],
    ),
    table(
        "component",
        &["name"],
        &[text("name"), text("owner"), text("description")],
        &[],
    ),
    table(
        "milestone",
        &["name"],
        &[
            text("name"),
            int64("due"),
            int64("completed"),
            text("description"),
        ],
        &[],
    ),
    table(
        "version",
        &["name"],
        &[text("name"), int64("time"), text("description")],
        &[],
    ),
    table(
        "report",
        &["id"],
        &[
            number("id"),
            text("author"),
            text("title"),
            text("query"),
            text("description"),
        ],
        &[],
    ),
    table(
        "notify_subscription",
        &["id"],
        &[
            number("id"),
            int64("time"),
            int64("changetime"),
            text("class"),
            text("sid"),
            int("authenticated"),
            text("distributor"),
            text("format"),
            int("priority"),
            text("adverb"),
        ],
        &[&["sid", "authenticated"], &["class"]],
    ),
    table(
        "notify_watch",
        &["id"],
        &[
            number("id"),
            text("sid"),
            int("authenticated"),
            text("class"),
            text("realm"),
            text("target"),
        ],
        &[
            &["sid", "authenticated", "class"],
            &["class", "realm", "target"],
        ],
    ),
];
