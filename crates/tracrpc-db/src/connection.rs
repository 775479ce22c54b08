//! What `Database::read` and `Database::write` hand to their closures.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use crate::driver::Driver;
use crate::snapshot::Look;
use crate::{Dialect, Error, ErrorKind, LentRow, Row, SqlValue};

/// A connection to the database for the length of one closure.
///
/// Statements use `?` for parameters, on every database.
pub struct Connection {
    checkout: Arc<Checkout>,
    writable: bool,
}

/// A connection that a [`Database`](crate::Database) has taken from the pool.
///
/// Only one thread uses it; what is shared here is between the closures that
/// are nested in one another.
pub(crate) struct Checkout {
    driver: Mutex<Box<dyn Driver>>,
    dialect: &'static dyn Dialect,
    /// How many transactions are nested in one another.
    depth: AtomicU32,
    /// Whether the writer's turn is taken with it.
    has_turn: AtomicBool,
    /// What its reads share, if they share a snapshot.
    pub(crate) look: Look,
}

impl Checkout {
    pub(crate) fn new(driver: Box<dyn Driver>, has_turn: bool) -> Arc<Checkout> {
        Arc::new(Checkout {
            dialect: driver.dialect(),
            driver: Mutex::new(driver),
            depth: AtomicU32::new(0),
            has_turn: AtomicBool::new(has_turn),
            look: Look::default(),
        })
    }

    /// The driver, unless it is lending rows.
    pub(crate) fn driver(&self) -> Result<MutexGuard<'_, Box<dyn Driver>>, Error> {
        match self.driver.try_lock() {
            Ok(driver) => Ok(driver),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {
                let message = "the connection is busy with the rows of a query";
                Err(Error::new(ErrorKind::Other, message))
            }
        }
    }

    /// The driver, when nobody uses the rest any more.
    pub(crate) fn into_driver(self) -> Box<dyn Driver> {
        self.driver
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth.load(Ordering::Relaxed)
    }

    pub(crate) fn set_depth(&self, depth: u32) {
        self.depth.store(depth, Ordering::Relaxed);
    }

    pub(crate) fn has_turn(&self) -> bool {
        self.has_turn.load(Ordering::Relaxed)
    }

    pub(crate) fn set_has_turn(&self, has_turn: bool) {
        self.has_turn.store(has_turn, Ordering::Relaxed);
    }
}

impl Connection {
    pub(crate) fn new(checkout: Arc<Checkout>, writable: bool) -> Connection {
        Connection { checkout, writable }
    }

    /// Runs a query and fetches all its rows.
    ///
    /// # Errors
    /// Any [`ErrorKind`].
    pub fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, Error> {
        self.driver()?.query(sql, params)
    }

    /// Runs a query and returns its first row, if it has one.
    ///
    /// # Errors
    /// Any [`ErrorKind`].
    pub fn query_one(&mut self, sql: &str, params: &[SqlValue]) -> Result<Option<Row>, Error> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// Runs a query and lends each of its rows to `each`, until that fails.
    ///
    /// The connection is busy meanwhile: neither it nor another of the same
    /// database can be asked by this thread.
    ///
    /// # Errors
    /// What `each` returns, and any [`ErrorKind`].
    pub fn for_each<E: From<Error>>(
        &mut self,
        sql: &str,
        params: &[SqlValue],
        mut each: impl FnMut(&LentRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut result = Ok(());
        let mut go_on = |row: &LentRow<'_>| {
            result = each(row);
            result.is_ok()
        };
        self.driver()?.for_each(sql, params, &mut go_on)?;
        result
    }

    /// Runs a statement that changes rows, and says how many.
    ///
    /// # Errors
    /// Any [`ErrorKind`]; [`ErrorKind::ReadOnly`] outside of `Database::write`.
    pub fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, Error> {
        self.require_writable()?;
        self.driver()?.execute(sql, params)
    }

    /// Inserts a row into `table` and returns the `id_column` that the
    /// database gave it.
    ///
    /// # Errors
    /// Any [`ErrorKind`]; [`ErrorKind::ReadOnly`] outside of `Database::write`.
    pub fn insert(
        &mut self,
        table: &str,
        columns: &[&str],
        params: &[SqlValue],
        id_column: &str,
    ) -> Result<i64, Error> {
        self.require_writable()?;
        let sql = insert_statement(self.dialect(), table, columns);
        self.driver()?.insert(&sql, params, id_column)
    }

    /// Runs statements without parameters, such as those that make tables.
    ///
    /// # Errors
    /// Any [`ErrorKind`]; [`ErrorKind::ReadOnly`] outside of `Database::write`.
    pub fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.require_writable()?;
        self.driver()?.batch(sql)
    }

    /// What is particular to this database's SQL.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.checkout.dialect
    }

    /// The names of the environment's tables.
    ///
    /// # Errors
    /// Any [`ErrorKind`].
    pub fn table_names(&mut self) -> Result<Vec<String>, Error> {
        self.driver()?.table_names()
    }

    /// The names of the columns of `table` in order; none if it does not exist.
    ///
    /// # Errors
    /// Any [`ErrorKind`].
    pub fn column_names(&mut self, table: &str) -> Result<Vec<String>, Error> {
        self.driver()?.column_names(table)
    }

    fn driver(&self) -> Result<MutexGuard<'_, Box<dyn Driver>>, Error> {
        self.checkout.driver()
    }

    fn require_writable(&self) -> Result<(), Error> {
        if self.writable {
            return Ok(());
        }
        let message = "a connection of `Database::read` can only run queries";
        Err(Error::new(ErrorKind::ReadOnly, message))
    }
}

/// `INSERT INTO table (columns) VALUES (?, …)`.
fn insert_statement(dialect: &dyn Dialect, table: &str, columns: &[&str]) -> String {
    let names: Vec<_> = columns.iter().map(|column| dialect.quote(column)).collect();
    let marks = vec!["?"; columns.len()].join(", ");
    format!(
        "INSERT INTO {} ({}) VALUES ({marks})",
        dialect.quote(table),
        names.join(", ")
    )
}
