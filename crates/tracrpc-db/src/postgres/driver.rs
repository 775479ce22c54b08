//! One connection to a PostgreSQL server.

use std::collections::HashMap;
use std::time::Duration;

use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, Statement};

use super::connector::PostgresConnector;
use super::dialect::PostgresDialect;
use super::error::{is_disconnected, is_locked, is_stale, translate};
use super::params::{Any, Param};
use crate::cancel::given_up;
use crate::driver::{Driver, savepoint};
use crate::lent::{Columns, LentValue};
use crate::placeholder::numbered;
use crate::waiting::{For, Wait};
use crate::{ChangeMark, Dialect, Error, ErrorKind, LentRow, Row, SqlValue, WaitBudget};

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 256;

/// The longest statement that is kept, in bytes.
const MAX_KEPT: usize = 8_192;

/// How long a writer waits for another: as SQLite's.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long it waits at a time, before it looks whether it had better give up.
const SLICE: Duration = Duration::from_secs(1);

pub(crate) struct PostgresDriver {
    client: Client,
    connector: PostgresConnector,
    budget: WaitBudget,
    /// By their text and the parameters that need 64 bits.
    statements: HashMap<(String, Vec<usize>), Statement>,
    in_transaction: bool,
    /// Whether a statement failed, so that a commit would be a rollback.
    is_spoiled: bool,
    /// Whether the server was asked to cancel a statement. It may do so late, and meet another.
    is_interrupted: bool,
}

/// What the driver does with a prepared statement and its parameters.
type Run<T> = fn(&mut Client, &Statement, &[&(dyn ToSql + Sync)]) -> Result<T, postgres::Error>;

impl PostgresDriver {
    pub(crate) fn new(
        client: Client,
        connector: PostgresConnector,
        budget: &WaitBudget,
    ) -> PostgresDriver {
        PostgresDriver {
            client,
            connector,
            budget: budget.clone(),
            statements: HashMap::new(),
            in_transaction: false,
            is_spoiled: false,
            is_interrupted: false,
        }
    }

    /// Does something that ends when the request is given up.
    fn wanted<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, postgres::Error>,
    ) -> Result<Result<T, postgres::Error>, Error> {
        let cancel = self.budget.cancel().clone();
        cancel.check()?;
        if !cancel.is_possible() {
            return Ok(run(self));
        }
        let token = self.client.cancel_token();
        let armed = cancel.interrupting(move || {
            // A server that cannot be reached has other troubles.
            let _ = token.cancel_query(NoTls);
        });
        let result = run(self);
        self.is_interrupted |= armed.end();
        match result {
            Err(_) if self.is_interrupted => Err(given_up()),
            result => Ok(result),
        }
    }

    /// Runs a statement, and outside of a transaction (where it only reads)
    /// once more on a new connection if the server was restarted.
    fn run<T>(&mut self, sql: &str, params: &[SqlValue], run: Run<T>) -> Result<T, Error> {
        let first = self.wanted(|driver| driver.attempt(sql, params, run));
        let first = first.inspect_err(|_| self.is_spoiled = self.in_transaction)?;
        let result = match first {
            Err(error) if !self.in_transaction && is_disconnected(&error) => {
                self.reconnect()?;
                self.attempt(sql, params, run)
            }
            Err(error) if !self.in_transaction && is_stale(&error) => {
                self.statements.clear();
                self.attempt(sql, params, run)
            }
            result => result,
        };
        result.map_err(|error| self.failed(error))
    }

    fn attempt<T>(
        &mut self,
        sql: &str,
        params: &[SqlValue],
        run: Run<T>,
    ) -> Result<T, postgres::Error> {
        let statement = self.prepare(sql, params)?;
        let params: Vec<_> = params.iter().map(Param).collect();
        let params: Vec<_> = params
            .iter()
            .map(|param| param as &(dyn ToSql + Sync))
            .collect();
        run(&mut self.client, &statement, &params)
    }

    fn prepare(&mut self, sql: &str, params: &[SqlValue]) -> Result<Statement, postgres::Error> {
        let is_wide = |at: &usize| match params[*at] {
            SqlValue::Int(number) => i32::try_from(number).is_err(),
            _ => false,
        };
        let wide: Vec<usize> = (0..params.len()).filter(is_wide).collect();
        let key = (sql.to_owned(), wide);
        if let Some(statement) = self.statements.get(&key) {
            return Ok(statement.clone());
        }
        let statement = self.prepare_wide(&numbered(sql), &key.1)?;
        if sql.len() > MAX_KEPT {
            return Ok(statement);
        }
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }

    /// Parameters get the type that the server expects in their place. But
    /// where that is an integer of 32 bits and the value needs more (it is in
    /// `wide`), they get 64: it can then be compared, in vain, where a
    /// conversion would fail.
    fn prepare_wide(&mut self, sql: &str, wide: &[usize]) -> Result<Statement, postgres::Error> {
        let statement = self.client.prepare(sql)?;
        let types: Vec<_> = (statement.params().iter().enumerate())
            .map(|(at, expected)| match *expected {
                Type::INT4 | Type::INT2 if wide.contains(&at) => Type::INT8,
                _ => Type::UNKNOWN,
            })
            .collect();
        match types.contains(&Type::INT8) {
            true => self.client.prepare_typed(sql, &types),
            false => Ok(statement),
        }
    }

    fn reconnect(&mut self) -> Result<(), Error> {
        self.statements.clear();
        self.client = self.connector.client().map_err(translate)?;
        Ok(())
    }

    /// Runs what must come to its end, whether its request is given up or not.
    fn undisturbed(&mut self, sql: &str) -> Result<(), Error> {
        let done = self.client.batch_execute(sql);
        done.map_err(|error| self.failed(error))
    }

    fn failed(&mut self, error: postgres::Error) -> Error {
        self.is_spoiled = self.in_transaction;
        translate(error)
    }

    /// Begins a transaction and takes the lock of the environment's writers,
    /// so that what a writer has read stays true until it commits.
    fn begin_write(&mut self) -> Result<(), postgres::Error> {
        let mut begun = self.begin_within(Duration::ZERO);
        let mut wait = Wait::begin(&self.budget, LOCK_TIMEOUT);
        while begun.as_ref().is_err_and(is_locked)
            && !wait.is_cornered()
            && wait.pause_by(For::Others, SLICE, |time| begun = self.begin_within(time))
        {}
        begun
    }

    fn begin_within(&mut self, time: Duration) -> Result<(), postgres::Error> {
        let key = lock_key(self.connector.schema());
        // 0 would be no bound at all.
        let bound = time.as_millis().max(1);
        let later = LOCK_TIMEOUT.as_millis();
        let begun = self.client.batch_execute(&format!(
            "BEGIN; SET LOCAL lock_timeout = {bound}; SELECT pg_advisory_xact_lock({key}); \
             SET LOCAL lock_timeout = {later}"
        ));
        if begun.as_ref().is_err_and(is_locked) {
            self.client.batch_execute("ROLLBACK")?;
        }
        begun
    }

    fn first_column(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<String>, Error> {
        self.query(sql, params)?
            .iter()
            .map(|row| row.get(0))
            .collect()
    }
}

impl Driver for PostgresDriver {
    fn dialect(&self) -> &'static dyn Dialect {
        &PostgresDialect
    }

    fn wait_within(&mut self, budget: &WaitBudget) {
        self.budget = budget.clone();
    }

    fn is_usable(&self) -> bool {
        !self.in_transaction && !self.is_interrupted && !self.client.is_closed()
    }

    fn query(&mut self, sql: &str, params: &[SqlValue]) -> Result<Vec<Row>, Error> {
        let rows = self.run(sql, params, |client, statement, params| {
            client.query(statement, params)
        })?;
        rows.iter()
            .map(|row| owned(row).map_err(translate))
            .collect()
    }

    /// The rows are all there before the first is lent: only then is it
    /// certain that the query need not be repeated on a new connection.
    fn for_each(
        &mut self,
        sql: &str,
        params: &[SqlValue],
        each: &mut dyn FnMut(&LentRow<'_>) -> bool,
    ) -> Result<(), Error> {
        let rows = self.run(sql, params, |client, statement, params| {
            client.query(statement, params)
        })?;
        for row in rows {
            if !each(&LentRow::new(&row)) {
                break;
            }
            self.budget.cancel().check()?;
        }
        Ok(())
    }

    fn execute(&mut self, sql: &str, params: &[SqlValue]) -> Result<u64, Error> {
        self.run(sql, params, |client, statement, params| {
            client.execute(statement, params)
        })
    }

    fn insert(&mut self, sql: &str, params: &[SqlValue], id_column: &str) -> Result<i64, Error> {
        let sql = format!("{sql} RETURNING {}", PostgresDialect.quote(id_column));
        match self.query(&sql, params)?.first() {
            Some(row) => row.get(0),
            None => Err(Error::new(ErrorKind::Other, "the database inserted no row")),
        }
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        let done = self.wanted(|driver| driver.client.batch_execute(sql));
        done.inspect_err(|_| self.is_spoiled = self.in_transaction)?
            .map_err(|error| self.failed(error))
    }

    fn begin(&mut self, depth: u32) -> Result<(), Error> {
        if depth > 0 {
            return self.batch(&savepoint(depth)[0]);
        }
        let begun = match self.begin_write() {
            Err(error) if is_disconnected(&error) => {
                self.reconnect()?;
                self.begin_write()
            }
            result => result,
        };
        self.in_transaction = true;
        self.is_spoiled = false;
        begun.map_err(translate).inspect_err(|_| {
            // An error here only means that there is nothing to roll back.
            let _ = self.rollback(0);
        })
    }

    /// On a transaction in which a statement failed the server answers a
    /// COMMIT with a rollback and reports no error.
    fn commit(&mut self, depth: u32) -> Result<(), Error> {
        self.budget.cancel().check()?;
        if self.is_spoiled {
            let message = "a statement of the transaction failed, nothing was changed";
            return Err(Error::new(ErrorKind::Other, message));
        }
        match depth {
            0 => self.undisturbed("COMMIT")?,
            depth => self.undisturbed(&savepoint(depth)[1])?,
        }
        self.in_transaction = depth > 0;
        Ok(())
    }

    fn rollback(&mut self, depth: u32) -> Result<(), Error> {
        match depth {
            0 => self.undisturbed("ROLLBACK")?,
            depth => self.undisturbed(&savepoint(depth)[2])?,
        }
        self.is_spoiled = false;
        self.in_transaction = depth > 0;
        Ok(())
    }

    fn table_names(&mut self) -> Result<Vec<String>, Error> {
        self.first_column(
            "SELECT CAST(table_name AS text) FROM information_schema.tables \
             WHERE table_schema = current_schema() ORDER BY 1",
            &[],
        )
    }

    fn column_names(&mut self, table: &str) -> Result<Vec<String>, Error> {
        self.first_column(
            "SELECT CAST(column_name AS text) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position",
            &[table.into()],
        )
    }

    /// Every transaction that wrote something leaves the set of those that
    /// are running when it commits, and so changes the snapshot.
    fn change_mark(&mut self) -> Result<ChangeMark, Error> {
        let texts = self.first_column("SELECT CAST(txid_current_snapshot() AS text)", &[])?;
        Ok(ChangeMark::snapshot(texts.concat()))
    }
}

impl Columns for postgres::Row {
    fn value(&self, index: usize) -> Result<Option<LentValue<'_>>, Error> {
        if index >= self.len() {
            return Ok(None);
        }
        let value = self.try_get::<_, Any>(index).map_err(translate)?.0;
        Ok(Some(match value {
            SqlValue::Text(text) => LentValue::Text(text.into()),
            SqlValue::Blob(bytes) => LentValue::Blob(bytes.into()),
            plain => LentValue::Plain(plain),
        }))
    }
}

fn owned(row: &postgres::Row) -> Result<Row, postgres::Error> {
    let values: Result<Vec<_>, _> = (0..row.len())
        .map(|index| row.try_get::<_, Any>(index).map(|value| value.0))
        .collect();
    values.map(Row::new)
}

/// The number of the advisory lock of a schema's writers: FNV-1a, 64 bits.
fn lock_key(schema: &str) -> i64 {
    let name = format!("tracrpc {schema}");
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash as i64
}
