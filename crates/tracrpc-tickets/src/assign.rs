//! Changes those columns of a row that are to change, and no others: what stands in
//! the others need not be what we would write.

use tracrpc_db::{Connection, Error, SqlValue};

/// Gives columns of the row called `name` new values; those without one stay.
/// Returns how many rows were changed.
///
/// # Errors
/// As any statement.
pub(crate) fn assign<const N: usize>(
    connection: &mut Connection,
    table: &str,
    name: &str,
    assignments: [(&str, Option<SqlValue>); N],
) -> Result<u64, Error> {
    let mut columns = Vec::new();
    let mut params = Vec::new();
    for (column, value) in assignments {
        if let Some(value) = value {
            columns.push(format!("{column} = ?"));
            params.push(value);
        }
    }
    if columns.is_empty() {
        return Ok(0);
    }
    params.push(name.into());
    let columns = columns.join(", ");
    connection.execute(
        &format!("UPDATE {table} SET {columns} WHERE name = ?"),
        &params,
    )
}
