//! Many rows in one statement.

use tracrpc_db::{Connection, Error, SqlValue};

/// SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535.
const MAX_PARAMETERS: usize = 30_000;

/// Inserts rows, as few statements as possible.
///
/// # Errors
/// As any statement.
pub(super) fn insert<const N: usize>(
    connection: &mut Connection,
    table: &str,
    columns: [&str; N],
    rows: Vec<[SqlValue; N]>,
) -> Result<(), Error> {
    let dialect = connection.dialect();
    let columns = columns.map(|column| dialect.quote(column)).join(", ");
    let marks = format!("({})", ["?"; N].join(", "));
    for chunk in rows.chunks(MAX_PARAMETERS / N) {
        let sql = format!(
            "INSERT INTO {} ({columns}) VALUES {}",
            dialect.quote(table),
            vec![marks.as_str(); chunk.len()].join(", "),
        );
        connection.execute(&sql, chunk.as_flattened())?;
    }
    Ok(())
}
