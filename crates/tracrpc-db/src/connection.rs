//! What `Database::read` and `Database::write` hand to their closures.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::driver::Driver;
use crate::{Dialect, Error, ErrorKind, Row, SqlValue};

/// A connection to the database for the length of one closure.
///
/// Statements use `?` for parameters, on every database.
pub struct Connection {
    session: Rc<Session>,
    writable: bool,
}

/// A connection that a thread has taken from the pool.
pub(crate) struct Session {
    pub(crate) driver: RefCell<Box<dyn Driver>>,
    /// How many transactions are nested in one another.
    pub(crate) depth: Cell<u32>,
    /// Whether this thread holds the writer's turn.
    pub(crate) has_turn: Cell<bool>,
}

impl Session {
    pub(crate) fn new(driver: Box<dyn Driver>, has_turn: bool) -> Rc<Session> {
        Rc::new(Session {
            driver: RefCell::new(driver),
            depth: Cell::new(0),
            has_turn: Cell::new(has_turn),
        })
    }
}

impl Connection {
    pub(crate) fn new(session: Rc<Session>, writable: bool) -> Connection {
        Connection { session, writable }
    }

    /// Runs a query and fetches all its rows.
    ///
    /// # Errors
    /// Any [`ErrorKind`].
    pub fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, Error> {
        self.session.driver.borrow_mut().query(sql, params)
    }

    /// Runs a query and returns its first row, if it has one.
    ///
    /// # Errors
    /// Any [`ErrorKind`].
    pub fn query_one(&mut self, sql: &str, params: &[SqlValue]) -> Result<Option<Row>, Error> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// Runs a statement that changes rows, and says how many.
    ///
    /// # Errors
    /// Any [`ErrorKind`]; [`ErrorKind::ReadOnly`] outside of `Database::write`.
    pub fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, Error> {
        self.require_writable()?;
        self.session.driver.borrow_mut().execute(sql, params)
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
        self.session
            .driver
            .borrow_mut()
            .insert(&sql, params, id_column)
    }

    /// Runs statements without parameters, such as those that make tables.
    ///
    /// # Errors
    /// Any [`ErrorKind`]; [`ErrorKind::ReadOnly`] outside of `Database::write`.
    pub fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.require_writable()?;
        self.session.driver.borrow_mut().batch(sql)
    }

    /// What is particular to this database's SQL.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.session.driver.borrow().dialect()
    }

    /// The names of the environment's tables.
    ///
    /// # Errors
    /// Any [`ErrorKind`].
    pub fn table_names(&mut self) -> Result<Vec<String>, Error> {
        self.session.driver.borrow_mut().table_names()
    }

    /// The names of the columns of `table` in order; none if it does not exist.
    ///
    /// # Errors
    /// Any [`ErrorKind`].
    pub fn column_names(&mut self, table: &str) -> Result<Vec<String>, Error> {
        self.session.driver.borrow_mut().column_names(table)
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
