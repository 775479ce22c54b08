//! What a new environment starts with: rows as in Trac 1.6, pages, configuration.

pub(crate) mod config;
pub(crate) mod pages;
mod reports;

use tracrpc_db::{Connection, Error, SqlValue, schema};

/// The file `README` of an environment.
pub(crate) const README: &str = "This directory contains a Trac environment.\n\
    Visit https://trac.edgewall.org/ for more information.\n";

/// Says which version of Trac's schema the tables have.
///
/// # Errors
/// As any statement.
pub(crate) fn insert_versions(connection: &mut Connection) -> Result<(), Error> {
    let version = schema::VERSION.to_string();
    insert_rows(
        connection,
        "system",
        &["name", "value"],
        &[
            &["initial_database_version", &version],
            &["database_version", &version],
        ],
    )
}

/// Fills the other tables of a database that was just made, but for pages.
///
/// # Errors
/// As any statement.
pub(crate) fn insert(connection: &mut Connection) -> Result<(), Error> {
    for (table, columns, rows) in ROWS {
        insert_rows(connection, table, columns, rows)?;
    }
    for (table, columns, names) in UNDATED {
        for name in *names {
            let mut params = vec![SqlValue::Int(0); columns.len()];
            params[0] = (*name).into();
            insert_row(connection, table, columns, &params)?;
        }
    }
    reports::insert(connection)
}

type Rows = (
    &'static str,
    &'static [&'static str],
    &'static [&'static [&'static str]],
);

/// Tables, their columns, and the texts in them.
const ROWS: &[Rows] = &[
    (
        "component",
        &["name", "owner"],
        &[&["component1", "somebody"], &["component2", "somebody"]],
    ),
    (
        "enum",
        &["type", "name", "value"],
        &[
            &["resolution", "fixed", "1"],
            &["resolution", "invalid", "2"],
            &["resolution", "wontfix", "3"],
            &["resolution", "duplicate", "4"],
            &["resolution", "worksforme", "5"],
            &["priority", "blocker", "1"],
            &["priority", "critical", "2"],
            &["priority", "major", "3"],
            &["priority", "minor", "4"],
            &["priority", "trivial", "5"],
            &["ticket_type", "defect", "1"],
            &["ticket_type", "enhancement", "2"],
            &["ticket_type", "task", "3"],
        ],
    ),
    (
        "permission",
        &["username", "action"],
        &[
            &["anonymous", "LOG_VIEW"],
            &["anonymous", "FILE_VIEW"],
            &["anonymous", "WIKI_VIEW"],
            &["authenticated", "WIKI_CREATE"],
            &["authenticated", "WIKI_MODIFY"],
            &["anonymous", "SEARCH_VIEW"],
            &["anonymous", "REPORT_VIEW"],
            &["anonymous", "REPORT_SQL_VIEW"],
            &["anonymous", "TICKET_VIEW"],
            &["authenticated", "TICKET_CREATE"],
            &["authenticated", "TICKET_MODIFY"],
            &["anonymous", "BROWSER_VIEW"],
            &["anonymous", "TIMELINE_VIEW"],
            &["anonymous", "CHANGESET_VIEW"],
            &["anonymous", "ROADMAP_VIEW"],
            &["anonymous", "MILESTONE_VIEW"],
        ],
    ),
];

type Undated = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// Tables, their columns (a name, then dates that are not set), and the names.
const UNDATED: &[Undated] = &[
    (
        "milestone",
        &["name", "due", "completed"],
        &["milestone1", "milestone2", "milestone3", "milestone4"],
    ),
    ("version", &["name", "time"], &["1.0", "2.0"]),
];

fn insert_rows(
    connection: &mut Connection,
    table: &str,
    columns: &[&str],
    rows: &[&[&str]],
) -> Result<(), Error> {
    for row in rows {
        let params: Vec<_> = row.iter().map(|value| SqlValue::from(*value)).collect();
        insert_row(connection, table, columns, &params)?;
    }
    Ok(())
}

fn insert_row(
    connection: &mut Connection,
    table: &str,
    columns: &[&str],
    params: &[SqlValue],
) -> Result<(), Error> {
    let dialect = connection.dialect();
    let names: Vec<_> = columns.iter().map(|column| dialect.quote(column)).collect();
    let marks = vec!["?"; columns.len()].join(", ");
    let table = dialect.quote(table);
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES ({marks})",
        names.join(", ")
    );
    connection.execute(&sql, params).map(drop)
}

#[cfg(test)]
mod tests {
    use tracrpc_db::{Database, Options};

    use super::*;

    #[test]
    fn tables_hold_as_many_rows_as_trac_puts_there() {
        let database =
            Database::create("sqlite::memory:", "/".as_ref(), Options::default()).unwrap();
        database.write(insert_versions).unwrap();
        database.write(insert).unwrap();
        for (table, expected) in [
            ("system", 2),
            ("permission", 16),
            ("enum", 13),
            ("component", 2),
            ("milestone", 4),
            ("version", 2),
            ("report", 8),
            ("ticket", 0),
        ] {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let row = database
                .read(|connection| connection.query_one(&sql, &[]))
                .unwrap();
            assert_eq!(row.unwrap().get::<i64>(0).unwrap(), expected, "{table}");
        }
    }
}
