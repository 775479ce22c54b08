//! What a database has to do to be one: the inner interface of the crate.

use std::path::Path;
use std::time::Duration;

use crate::{ChangeMark, Changes, Dialect, Error, LentRow, Row, SqlValue, WaitBudget, Watched};

/// One open connection to a database.
pub(crate) trait Driver: Send {
    fn dialect(&self) -> &'static dyn Dialect;

    /// From now on waits for locks of other programs within `budget`.
    fn wait_within(&mut self, budget: &WaitBudget);

    /// Whether the connection can go back into the pool.
    fn is_usable(&self) -> bool;

    /// Runs a statement and fetches all its rows.
    fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, Error>;

    /// Runs a statement and lends its rows one by one, as long as `each` wants more.
    fn for_each(
        &mut self,
        sql: &str,
        params: &[SqlValue],
        each: &mut dyn FnMut(&LentRow<'_>) -> bool,
    ) -> Result<(), Error>;

    /// Runs a statement and says how many rows it changed.
    fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, Error>;

    /// Runs an INSERT and says which `id_column` the new row got.
    fn insert(&mut self, sql: &str, params: &[SqlValue], id_column: &str) -> Result<i64, Error>;

    /// Runs statements without parameters.
    fn batch(&mut self, sql: &str) -> Result<(), Error>;

    /// From now on reads see the database as it is when the first of them
    /// begins, if that costs no more than they save.
    fn begin_read(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Ends what [`Driver::begin_read`] began.
    fn end_read(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Begins a transaction (`depth` 0), the only one that writes, or a part
    /// of one that can fail on its own (`depth` 1 and more).
    fn begin(&mut self, depth: u32) -> Result<(), Error>;

    /// Ends with success what was begun at `depth`.
    fn commit(&mut self, depth: u32) -> Result<(), Error>;

    /// Undoes what was begun at `depth`.
    fn rollback(&mut self, depth: u32) -> Result<(), Error>;

    /// The names of the tables of the environment.
    fn table_names(&mut self) -> Result<Vec<String>, Error>;

    /// The names of the columns of `table` in order; none if there is no such table.
    fn column_names(&mut self, table: &str) -> Result<Vec<String>, Error>;

    /// A mark that differs from the last one if anything was committed since.
    fn change_mark(&mut self) -> Result<ChangeMark, Error>;

    /// From now on notes what the transactions of this connection change in
    /// `tables`. Called before each; tells whether this database can.
    fn watch(&mut self, _tables: &[Watched]) -> Result<bool, Error> {
        Ok(false)
    }

    /// What the transaction has changed in the tables that it watches.
    fn watched(&mut self, _tables: &[Watched]) -> Result<Changes, Error> {
        Ok(Changes::Unknown)
    }

    /// A number that differs from the last one if another connection
    /// committed since. Only asked of a database that can `watch`.
    fn foreign_commits(&mut self) -> Result<i64, Error> {
        Ok(0)
    }
}

/// The statements that begin, commit and roll back a part of a transaction.
pub(crate) fn savepoint(depth: u32) -> [String; 3] {
    [
        format!("SAVEPOINT nested_{depth}"),
        format!("RELEASE SAVEPOINT nested_{depth}"),
        format!("ROLLBACK TO SAVEPOINT nested_{depth}"),
    ]
}

/// How to get at connections to one database.
pub(crate) trait Connector: Send + Sync {
    fn dialect(&self) -> &'static dyn Dialect;

    /// Opens a connection to a database that must exist, which waits within `budget`.
    fn connect(&self, budget: &WaitBudget) -> Result<Box<dyn Driver>, Error>;

    /// Makes the database, with all of Trac's tables, none of which may exist.
    fn create(&self) -> Result<Box<dyn Driver>, Error>;

    /// Copies the database, as it is at one moment, to a new file if it is a
    /// file itself. Tells whether it is.
    fn copy_to(&self, _path: &Path) -> Result<bool, Error> {
        Ok(false)
    }

    /// Whether it is a file, which can vanish or change below an open connection.
    fn is_file(&self) -> bool {
        false
    }

    /// How long a connection waits for a lock of another program.
    fn lock_timeout(&self) -> Duration;

    /// Whether its connections can tell what they changed.
    fn can_watch(&self) -> bool {
        false
    }

    /// Whether there can only be one connection, as for a database in memory.
    fn is_single(&self) -> bool {
        false
    }
}
