//! One connection to an SQLite database.

use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement, ToSql};

use super::busy;
use super::dialect::SqliteDialect;
use super::error::translate;
use super::watch;
use super::{like, occur};
use crate::change_mark::unique_number;
use crate::driver::{Driver, savepoint};
use crate::lent::{Columns, LentValue};
use crate::watch::MAX_CHANGES;
use crate::{
    Cancel, ChangeMark, Changes, Dialect, Error, LentRow, Row, SqlValue, WaitBudget, Watched,
};

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 64;

/// The longest statement that is kept, in bytes.
const MAX_KEPT: usize = 8_192;

/// After how many steps of its virtual machine SQLite asks whether to go on: some
/// tens of microseconds, unless they look through long texts.
const STEPS: i32 = 1_000;

pub(crate) struct SqliteDriver {
    connection: Connection,
    /// How long it waits for a lock of another program.
    timeout: Duration,
    budget: WaitBudget,
    number: u64,
    /// The version of the schema for which changes are noted.
    watched_schema: Option<i64>,
    /// Whether the schema has changed since, so that there may be none of the
    /// tables that are watched.
    is_outdated: bool,
}

impl SqliteDriver {
    pub(crate) fn new(
        connection: Connection,
        timeout: Duration,
        budget: &WaitBudget,
    ) -> rusqlite::Result<SqliteDriver> {
        like::install(&connection)?;
        occur::install(&connection)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let driver = SqliteDriver {
            connection,
            timeout,
            budget: budget.clone(),
            number: unique_number(),
            watched_schema: None,
            is_outdated: false,
        };
        driver.heed(budget.cancel())?;
        Ok(driver)
    }

    /// From now on statements are interrupted when `cancel` is set.
    fn heed(&self, cancel: &Cancel) -> rusqlite::Result<()> {
        let cancel = cancel.clone();
        let handler = cancel.is_possible().then_some(move || cancel.is_set());
        self.connection.progress_handler(STEPS, handler)
    }

    /// Runs what must come to its end, whether its request is given up or not: SQLite
    /// counts the steps of a statement over all the times that it is run.
    fn undisturbed<T>(&self, run: impl FnOnce(&Self) -> Result<T, Error>) -> Result<T, Error> {
        self.heed(&Cancel::never()).map_err(translate)?;
        let result = run(self);
        self.heed(self.budget.cancel()).map_err(translate)?;
        result
    }

    fn wanted(&self) -> Result<(), Error> {
        self.budget.cancel().check()
    }

    fn run_batch(&self, sql: &str) -> Result<(), Error> {
        let run = || self.connection.execute_batch(sql);
        busy::retry(&self.budget, self.timeout, run).map_err(translate)
    }

    /// Runs a statement as soon as no other program has the file locked.
    fn with_statement<T>(
        &self,
        sql: &str,
        params: &[SqlValue],
        mut run: impl FnMut(&mut Statement<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        busy::retry(&self.budget, self.timeout, || {
            self.with_prepared(sql, params, &mut run)
        })
    }

    /// Prepares a statement, or takes it from those that were, and binds its
    /// parameters. Long ones are not kept: they are made for one occasion.
    fn with_prepared<T>(
        &self,
        sql: &str,
        params: &[SqlValue],
        run: impl FnOnce(&mut Statement<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        if sql.len() > MAX_KEPT {
            let mut statement = self.connection.prepare(sql)?;
            bind(&mut statement, params)?;
            return run(&mut statement);
        }
        let mut statement = self.connection.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        run(&mut statement)
    }

    fn fetch(&self, sql: &str, params: &[SqlValue]) -> rusqlite::Result<Vec<Row>> {
        self.with_statement(sql, params, fetch)
    }

    fn run(&self, sql: &str, params: &[SqlValue]) -> rusqlite::Result<u64> {
        self.with_statement(sql, params, |statement| Ok(statement.raw_execute()? as u64))
    }

    fn number_of(&self, pragma: &str) -> Result<i64, Error> {
        let rows = self.fetch(pragma, &[]).map_err(translate)?;
        rows.first().map_or(Ok(0), |row| row.get(0))
    }

    /// All of the triggers or none.
    fn begin_to_watch(&mut self, tables: &[Watched]) -> Result<(), Error> {
        let [begin, release, undo] = savepoint(0);
        self.batch(&begin)?;
        let result = self.batch(&watch::statements(tables));
        if result.is_err() {
            self.run_batch(&undo)?;
        }
        self.run_batch(&release)?;
        result
    }

    fn first_column(&self, sql: &str, params: &[SqlValue]) -> Result<Vec<String>, Error> {
        let rows = self.fetch(sql, params).map_err(translate)?;
        rows.iter().map(|row| row.get(0)).collect()
    }
}

impl Driver for SqliteDriver {
    fn dialect(&self) -> &'static dyn Dialect {
        &SqliteDialect
    }

    fn wait_within(&mut self, budget: &WaitBudget) {
        self.budget = budget.clone();
        // It only fails for a connection that is not this program's.
        let _ = self.heed(budget.cancel());
    }

    /// A transaction that could be neither committed nor rolled back would
    /// hold its locks for ever.
    fn is_usable(&self) -> bool {
        self.connection.is_autocommit() && !self.is_outdated
    }

    fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, Error> {
        self.wanted()?;
        self.fetch(sql, params).map_err(translate)
    }

    fn for_each(
        &mut self,
        sql: &str,
        params: &[SqlValue],
        each: &mut dyn FnMut(&LentRow<'_>) -> bool,
    ) -> Result<(), Error> {
        self.wanted()?;
        let lent = self.with_statement(sql, params, |statement| {
            let mut rows = statement.raw_query();
            // Only what fails before the first row is tried again.
            let Some(mut row) = rows.next()? else {
                return Ok(Ok(()));
            };
            while each(&LentRow::new(row)) && !self.budget.cancel().is_set() {
                row = match rows.next() {
                    Ok(Some(row)) => row,
                    Ok(None) => break,
                    Err(error) => return Ok(Err(error)),
                };
            }
            Ok(Ok(()))
        });
        lent.and_then(|lent| lent).map_err(translate)?;
        self.wanted()
    }

    fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, Error> {
        self.wanted()?;
        self.run(sql, params).map_err(translate)
    }

    fn insert(&mut self, sql: &str, params: &[SqlValue], _id_column: &str) -> Result<i64, Error> {
        self.wanted()?;
        self.run(sql, params).map_err(translate)?;
        Ok(self.connection.last_insert_rowid())
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.wanted()?;
        self.run_batch(sql)
    }

    fn begin_read(&mut self) -> Result<(), Error> {
        self.execute("BEGIN", &[]).map(drop)
    }

    /// SQLite may have rolled it back by itself after an error.
    fn end_read(&mut self) -> Result<(), Error> {
        match self.connection.is_autocommit() {
            true => Ok(()),
            false => self.undisturbed(|driver| driver.run_batch("ROLLBACK")),
        }
    }

    /// Takes the write lock at once: a transaction that begins by reading
    /// and writes later fails without waiting if another came in between.
    fn begin(&mut self, depth: u32) -> Result<(), Error> {
        match depth {
            0 => self.batch("BEGIN IMMEDIATE"),
            depth => self.batch(&savepoint(depth)[0]),
        }
    }

    fn commit(&mut self, depth: u32) -> Result<(), Error> {
        self.wanted()?;
        self.undisturbed(|driver| match depth {
            0 => driver.run_batch("COMMIT"),
            depth => driver.run_batch(&savepoint(depth)[1]),
        })
    }

    /// SQLite may have rolled the whole transaction back by itself.
    fn rollback(&mut self, depth: u32) -> Result<(), Error> {
        self.undisturbed(|driver| match depth {
            _ if driver.connection.is_autocommit() => Ok(()),
            0 => driver.run_batch("ROLLBACK"),
            depth => driver.run_batch(&savepoint(depth)[2]),
        })
    }

    fn table_names(&mut self) -> Result<Vec<String>, Error> {
        self.first_column(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'",
            &[],
        )
    }

    fn column_names(&mut self, table: &str) -> Result<Vec<String>, Error> {
        self.first_column("SELECT name FROM pragma_table_info(?)", &[table.into()])
    }

    /// `data_version` counts the commits of all connections but this one,
    /// `total_changes` the rows that this one changed.
    fn change_mark(&mut self) -> Result<ChangeMark, Error> {
        let others = self.foreign_commits()?;
        let own = self.connection.total_changes() as i64;
        Ok(ChangeMark::counter(self.number, others.wrapping_add(own)))
    }

    fn watch(&mut self, tables: &[Watched]) -> Result<bool, Error> {
        let schema = self.number_of("PRAGMA schema_version")?;
        match self.watched_schema {
            None => self.begin_to_watch(tables)?,
            Some(watched) => self.is_outdated |= watched != schema,
        }
        self.watched_schema = Some(schema);
        Ok(!self.is_outdated)
    }

    fn watched(&mut self, tables: &[Watched]) -> Result<Changes, Error> {
        let most = SqlValue::Int(MAX_CHANGES as i64 + 1);
        let rows = self.query(watch::SELECT, &[most])?;
        if rows.is_empty() {
            return Ok(Changes::Known(Vec::new()));
        }
        self.execute(watch::CLEAR, &[])?;
        if rows.len() > MAX_CHANGES {
            return Ok(Changes::Unknown);
        }
        let mut changes = Vec::with_capacity(rows.len());
        for row in rows {
            changes.extend(watch::change(tables, row.get(0)?, row.get(1)?));
        }
        Ok(Changes::Known(changes))
    }

    fn foreign_commits(&mut self) -> Result<i64, Error> {
        self.number_of("PRAGMA data_version")
    }
}

fn bind(statement: &mut Statement<'_>, params: &[SqlValue]) -> rusqlite::Result<()> {
    if statement.parameter_count() != params.len() {
        let expected = statement.parameter_count();
        return Err(rusqlite::Error::InvalidParameterCount(
            params.len(),
            expected,
        ));
    }
    for (index, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, Param(param))?;
    }
    Ok(())
}

fn fetch(statement: &mut Statement<'_>) -> rusqlite::Result<Vec<Row>> {
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut result = Vec::new();
    while let Some(row) = rows.next()? {
        let values: Result<_, _> = (0..columns)
            .map(|index| row.get_ref(index).map(|value| lent(value).into()))
            .collect();
        result.push(Row::new(values?));
    }
    Ok(result)
}

/// Lends a value to the driver.
struct Param<'a>(&'a SqlValue);

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            SqlValue::Null => ValueRef::Null,
            SqlValue::Int(number) => ValueRef::Integer(*number),
            SqlValue::Real(number) => ValueRef::Real(*number),
            SqlValue::Text(text) => ValueRef::Text(text.as_bytes()),
            SqlValue::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Columns for rusqlite::Row<'_> {
    fn value(&self, index: usize) -> Result<Option<LentValue<'_>>, Error> {
        Ok(self.get_ref(index).ok().map(lent))
    }
}

/// A text that is not UTF-8, which others may have written, is read with
/// U+FFFD in place of what is wrong.
fn lent(value: ValueRef<'_>) -> LentValue<'_> {
    match value {
        ValueRef::Null => LentValue::Plain(SqlValue::Null),
        ValueRef::Integer(number) => LentValue::Plain(SqlValue::Int(number)),
        ValueRef::Real(number) => LentValue::Plain(SqlValue::Real(number)),
        ValueRef::Text(text) => LentValue::Text(match str::from_utf8(text) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(text),
        }),
        ValueRef::Blob(bytes) => LentValue::Blob(bytes.into()),
    }
}
