//! The database of an environment: a pool of connections and its transactions.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::connection::Checkout;
use crate::driver::{Connector, Driver};
use crate::pool::{Pool, PoolLoad};
use crate::snapshot::Reading;
use crate::transaction::{Recording, Transaction};
use crate::turn::{Taken, Turnstile};
use crate::waiting::{Wait, WaitBudget};
use crate::watch::ChangeLog;
use crate::{
    Cancel, ChangeMark, Changes, Connection, DatabaseUrl, Dialect, Error, ErrorKind, Row, Watched,
};

/// How often the monitor is asked again while the database is locked.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Somebody's way to a database, such as that of a request.
///
/// A call of `read` or `write` within `write` goes on with the same
/// connection: it sees its own changes, and needs no second connection. That
/// is why it can go to another thread but not be used by two. A clone is
/// another way to the same database, which has nothing to do with what is
/// under way on this one.
pub struct Database {
    shared: Arc<Shared>,
    /// The connection that is in use, or kept for a snapshot.
    checkout: RefCell<Option<Arc<Checkout>>>,
    /// Whether reads share a snapshot.
    in_snapshot: Cell<bool>,
    /// How long may be waited for others. Without one, each call on its own.
    budget: RefCell<Option<WaitBudget>>,
    /// What is to be done when the `write` that is under way is committed.
    after_commit: RefCell<Vec<Box<dyn FnOnce() + Send>>>,
}

struct Shared {
    pool: Pool,
    turn: Turnstile,
    /// The connection that only ever looks for changes.
    monitor: Mutex<Option<Box<dyn Driver>>>,
    watched: Vec<Watched>,
    log: Mutex<ChangeLog>,
}

/// How a database is used.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// How many connections are open at most. Trac's own bound is 10.
    pub pool_size: usize,
    /// How long a call waits for a connection or for its turn to write:
    /// `[trac] timeout`, 20 seconds.
    pub wait: Duration,
    /// How long a connection is kept that nobody needs, as long as others come back.
    pub keep: Duration,
    /// The tables whose changes [`Database::changes_between`] tells.
    pub watched: Vec<Watched>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            pool_size: 10,
            wait: Duration::from_secs(20),
            keep: Duration::from_secs(60),
            watched: Vec::new(),
        }
    }
}

impl Database {
    /// Opens the database that `[trac] database` names, which must exist.
    ///
    /// # Errors
    /// `Url`, `Missing`, `Corrupt`, `Connection` and what else can be found
    /// out without reading a table.
    pub fn open(url: &str, env_dir: &Path, options: Options) -> Result<Database, Error> {
        let connector = DatabaseUrl::parse(url)?.connector(env_dir)?;
        let database = Database::with_connector(connector, options);
        let pool = &database.shared.pool;
        pool.add(pool.connector().connect(&WaitBudget::alone())?);
        Ok(database)
    }

    /// Makes a new database with the tables of Trac 1.6, all empty.
    ///
    /// # Errors
    /// `Exists` if there is one already, else as [`Database::open`].
    pub fn create(url: &str, env_dir: &Path, options: Options) -> Result<Database, Error> {
        let connector = DatabaseUrl::parse(url)?.connector(env_dir)?;
        let database = Database::with_connector(connector, options);
        let pool = &database.shared.pool;
        pool.add(pool.connector().create()?);
        Ok(database)
    }

    /// Another way to the database, whose waits are those of one request:
    /// together they take no longer than a single one may.
    #[must_use]
    pub fn within(&self, budget: WaitBudget) -> Database {
        Database::new(Arc::clone(&self.shared), Some(budget))
    }

    /// Runs `f`, whose `read`s are not each on their own: they go to one
    /// connection, have one change mark, and on SQLite look at one moment.
    ///
    /// What `f` writes it sees. What others write it may see late, but not
    /// much: a look that has lasted some time is renewed by the next `read`.
    /// So that nobody waits long to write, no work belongs between `read`s
    /// that takes longer than they do.
    pub fn snapshot<T>(&self, f: impl FnOnce() -> T) -> T {
        // The only connection of a database in memory is left to others.
        let is_single = self.connector().is_single();
        if is_single || self.in_snapshot.get() || self.checkout.borrow().is_some() {
            return f();
        }
        let _snapshot = Snapshot::begin(self);
        f()
    }

    /// Runs `f`, which waits for something else than the database, such as another
    /// program. Meanwhile nothing is kept for a [`snapshot`](Database::snapshot), and
    /// where the thread is one of a few, another does its work.
    pub fn wait_elsewhere<T>(&self, f: impl FnOnce() -> T) -> T {
        self.lay_down();
        let budget = self.budget.borrow().clone();
        let _aside = budget.map(|budget| budget.step_aside());
        f()
    }

    /// Whether the request whose way this is was given up.
    pub fn cancel(&self) -> Cancel {
        let budget = self.budget.borrow();
        let cancel = budget.as_ref().map(|budget| budget.cancel().clone());
        cancel.unwrap_or_default()
    }

    /// Runs `f` with a connection that can only run queries.
    ///
    /// # Errors
    /// What `f` returns, and `Locked` or `Connection` if there is no connection.
    pub fn read<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.budgeted(|budget| self.read_within(budget, f))
    }

    fn read_within<T, E: From<Error>>(
        &self,
        budget: &WaitBudget,
        f: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(checkout) = self.kept_checkout(budget)? {
            let _reading = Reading::begin(&checkout);
            return f(&mut Connection::new(checkout.clone(), false));
        }
        // The only connection of a database in memory may not be waited for
        // by the holder of the turn.
        let is_single = self.connector().is_single();
        let turn = is_single.then(|| self.take_turn(budget)).transpose()?;
        let (_held, checkout) = Held::take(self, budget, turn.is_some())?;
        f(&mut Connection::new(checkout, false))
    }

    /// Runs `f` in a transaction: committed if it returns `Ok`, rolled back
    /// if it returns `Err` or panics. Only one such closure runs at a time in
    /// an environment, so what it has read stays true until it is done.
    ///
    /// A `write` within a `write` is a part of the outer transaction that can
    /// fail on its own. On PostgreSQL a failed statement spoils the (nested)
    /// transaction that it is in.
    ///
    /// # Errors
    /// What `f` returns, and any other if the commit fails.
    pub fn write<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let is_nested = self.is_writing();
        if !is_nested {
            // What a panic has left was not committed.
            self.after_commit.borrow_mut().clear();
        }
        let before = self.after_commit.borrow().len();
        let result = self.budgeted(|budget| self.write_within(budget, f));
        match &result {
            Err(_) => self.after_commit.borrow_mut().truncate(before),
            Ok(_) if is_nested => {}
            Ok(_) => {
                let after = self.after_commit.take();
                after.into_iter().for_each(|done| done());
            }
        }
        result
    }

    /// Has `f` run when the outermost `write` that is under way is committed, and its
    /// connection is given back. If that, or the `write` within it in which this is
    /// said, is rolled back, `f` is dropped. Where none is under way it runs at once.
    pub fn after_commit(&self, f: impl FnOnce() + Send + 'static) {
        match self.is_writing() {
            true => self.after_commit.borrow_mut().push(Box::new(f)),
            false => f(),
        }
    }

    fn write_within<T, E: From<Error>>(
        &self,
        budget: &WaitBudget,
        f: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.lay_down();
        if let Some(checkout) = self.checkout() {
            checkout.look_away()?;
            let needs_turn = !checkout.has_turn();
            let turn = needs_turn.then(|| Turn::take(self, budget, &checkout));
            let _turn = turn.transpose()?;
            return self.transaction(budget, checkout, f);
        }
        let _turn = self.take_turn(budget)?;
        let (_held, checkout) = Held::take(self, budget, true)?;
        self.transaction(budget, checkout, f)
    }

    /// Runs a query that has to be answered by the database as it is now. What
    /// an open connection still knows of a file does not count: the file may be
    /// gone, cut or overwritten meanwhile.
    ///
    /// # Errors
    /// As [`Database::open`] and a query. Nothing is made of what is missing.
    pub fn probe(&self, sql: &str) -> Result<Vec<Row>, Error> {
        match self.connector().is_file() {
            true => self.budgeted(|budget| self.connector().connect(budget)?.query(sql, &[])),
            false => self.read(|connection| connection.query(sql, &[])),
        }
    }

    /// Copies the database to a new file, if it is one: as it is at one moment,
    /// while others go on reading and writing. Tells whether it was copied.
    ///
    /// # Errors
    /// The file exists, or cannot be written; as a query.
    pub fn copy_to(&self, path: &Path) -> Result<bool, Error> {
        self.connector().copy_to(path)
    }

    /// How many connections there are. Nobody is waited for.
    pub fn load(&self) -> PoolLoad {
        self.shared.pool.load()
    }

    /// What is particular to this database's SQL.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.connector().dialect()
    }

    /// A cheap mark of the state of the database, for caches: as long as it
    /// stays equal nothing was committed, by this process or another. Within
    /// `snapshot` it is that of the moment that is looked at.
    ///
    /// Within `write` no two marks are equal, so that nothing is cached that
    /// may yet be rolled back.
    ///
    /// # Errors
    /// As a query.
    pub fn change_mark(&self) -> Result<ChangeMark, Error> {
        self.budgeted(|budget| self.change_mark_within(budget))
    }

    fn change_mark_within(&self, budget: &WaitBudget) -> Result<ChangeMark, Error> {
        let is_single = self.connector().is_single();
        if let Some(checkout) = self.checkout() {
            if checkout.depth() > 0 {
                return Ok(ChangeMark::unique());
            }
            if is_single {
                return checkout.driver()?.change_mark();
            }
        }
        if is_single {
            let _turn = self.take_turn(budget)?;
            let (_held, checkout) = Held::take(self, budget, true)?;
            return checkout.driver()?.change_mark();
        }
        match self.in_snapshot.get() {
            true => self
                .looking_checkout(budget)?
                .look(|| self.shared.monitored_mark(budget)),
            false => self.shared.monitored_mark(budget),
        }
    }

    /// Whether `write` is under way, within which what is read may yet be
    /// rolled back.
    pub fn is_writing(&self) -> bool {
        let checkout = self.checkout.borrow();
        checkout
            .as_ref()
            .is_some_and(|checkout| checkout.depth() > 0)
    }

    /// What was committed in the watched tables between two marks. Known only
    /// where the database is an SQLite file, and nobody but this `Database`
    /// wrote.
    pub fn changes_between(&self, before: &ChangeMark, after: &ChangeMark) -> Changes {
        let log = self.shared.log.lock();
        log.unwrap_or_else(PoisonError::into_inner)
            .between(before, after)
    }

    /// Whether [`Database::changes_between`] can ever know.
    pub fn can_watch(&self) -> bool {
        self.shared.can_watch()
    }

    fn with_connector(connector: Box<dyn Connector>, options: Options) -> Database {
        let shared = Shared {
            pool: Pool::new(connector, &options),
            turn: Turnstile::default(),
            monitor: Mutex::new(None),
            watched: options.watched,
            log: Mutex::default(),
        };
        Database::new(Arc::new(shared), None)
    }

    fn new(shared: Arc<Shared>, budget: Option<WaitBudget>) -> Database {
        Database {
            shared,
            checkout: RefCell::default(),
            in_snapshot: Cell::default(),
            budget: RefCell::new(budget),
            after_commit: RefCell::default(),
        }
    }

    fn connector(&self) -> &dyn Connector {
        self.shared.pool.connector()
    }

    /// Runs `f`, whose waits are those of one request if they are not yet.
    fn budgeted<T>(&self, f: impl FnOnce(&WaitBudget) -> T) -> T {
        let current = self.budget.borrow().clone();
        if let Some(budget) = current {
            return f(&budget);
        }
        let budget = WaitBudget::alone();
        self.budget.replace(Some(budget.clone()));
        let _ended = Ended(self);
        f(&budget)
    }

    fn take_turn(&self, budget: &WaitBudget) -> Result<Taken<'_>, Error> {
        self.shared.turn.take(budget, self.shared.pool.wait())
    }

    fn checkout(&self) -> Option<Arc<Checkout>> {
        self.checkout.borrow().clone()
    }

    /// The connection that is in use already, or that is to be for a snapshot.
    fn kept_checkout(&self, budget: &WaitBudget) -> Result<Option<Arc<Checkout>>, Error> {
        if self.is_writing() || !self.in_snapshot.get() {
            return Ok(self.checkout());
        }
        let checkout = self.looking_checkout(budget)?;
        checkout.look(|| self.shared.monitored_mark(budget))?;
        Ok(Some(checkout))
    }

    fn looking_checkout(&self, budget: &WaitBudget) -> Result<Arc<Checkout>, Error> {
        match self.checkout() {
            Some(checkout) => Ok(checkout),
            None => self.hold(budget, false),
        }
    }

    /// Takes a connection.
    fn hold(&self, budget: &WaitBudget, has_turn: bool) -> Result<Arc<Checkout>, Error> {
        let driver = self.shared.pool.take(budget, has_turn)?;
        let checkout = Checkout::new(driver, has_turn);
        self.checkout.replace(Some(checkout.clone()));
        Ok(checkout)
    }

    /// Gives back a connection that is kept for a snapshot and not used at
    /// the moment: who waits to write keeps nobody from reading.
    fn lay_down(&self) {
        let is_idle = |checkout: &Arc<Checkout>| Arc::strong_count(checkout) == 1;
        if self.checkout.borrow().as_ref().is_some_and(is_idle) {
            self.release();
        }
    }

    /// Gives the connection back, if there is one. Nobody else may have it any more.
    fn release(&self) {
        let Some(checkout) = self.checkout.take() else {
            return;
        };
        // A look that cannot be ended leaves the connection unusable, which
        // the pool sees.
        let _ = checkout.look_away();
        let driver = Arc::into_inner(checkout).map(Checkout::into_driver);
        self.shared.pool.put(driver);
    }

    fn transaction<T, E: From<Error>>(
        &self,
        budget: &WaitBudget,
        checkout: Arc<Checkout>,
        f: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        // Fails while the connection lends rows.
        drop(checkout.driver()?);
        let shared = &self.shared;
        let is_outermost = checkout.depth() == 0;
        let is_recorded =
            is_outermost && shared.can_watch() && Recording::prepare(&checkout, &shared.watched);
        let transaction = match is_outermost {
            true => shared.begin(&checkout)?,
            false => Transaction::begin(&checkout)?,
        };
        let mark = || shared.monitored_mark(budget);
        let recording =
            is_recorded.then(|| Recording::begin(&checkout, &shared.watched, mark).ok());
        let result = f(&mut Connection::new(checkout.clone(), true))?;
        let recording = recording.flatten().and_then(Recording::collect);
        transaction.commit()?;
        // The changes of a transaction that is not remembered are unknown.
        let _ = recording.map(|recording| recording.remember(&shared.log, mark));
        Ok(result)
    }
}

impl Clone for Database {
    fn clone(&self) -> Database {
        Database::new(Arc::clone(&self.shared), None)
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("dialect", &self.dialect().name())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn begin<'a>(&self, checkout: &'a Checkout) -> Result<Transaction<'a>, Error> {
        self.turn.holder_waits(true);
        let begun = Transaction::begin(checkout);
        self.turn.holder_waits(false);
        begun
    }

    fn can_watch(&self) -> bool {
        !self.watched.is_empty() && self.pool.connector().can_watch()
    }

    /// Nobody waits for a lock while others wait for the monitor: each would
    /// wait for all those before.
    fn monitored_mark(&self, budget: &WaitBudget) -> Result<ChangeMark, Error> {
        let mut wait = None;
        loop {
            match self.look_at_monitor() {
                Err(error) if error.kind() == ErrorKind::Locked => {
                    let limit = self.pool.connector().lock_timeout();
                    let wait = wait.get_or_insert_with(|| Wait::begin(budget, limit));
                    if !wait.pause(LOOK_AGAIN) {
                        return Err(error);
                    }
                }
                result => return result,
            }
        }
    }

    fn look_at_monitor(&self) -> Result<ChangeMark, Error> {
        let mut monitor = self.monitor.lock().unwrap_or_else(PoisonError::into_inner);
        let mut driver = match monitor.take() {
            Some(driver) => driver,
            None => self.pool.connector().connect(&WaitBudget::none())?,
        };
        let mark = driver.change_mark();
        let is_locked = |error: &Error| error.kind() == ErrorKind::Locked;
        if mark.as_ref().err().is_none_or(is_locked) {
            *monitor = Some(driver);
        }
        mark
    }
}

/// Ends a request that consisted of one call.
struct Ended<'a>(&'a Database);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.budget.take();
    }
}

/// Gives the connection back to the pool in the end, also after a panic.
struct Held<'a>(&'a Database);

impl<'a> Held<'a> {
    /// Takes a connection, which has to be dropped before `Held` is.
    fn take(
        database: &'a Database,
        budget: &WaitBudget,
        has_turn: bool,
    ) -> Result<(Held<'a>, Arc<Checkout>), Error> {
        let checkout = database.hold(budget, has_turn)?;
        Ok((Held(database), checkout))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// Has reads share a snapshot until it is dropped.
struct Snapshot<'a>(&'a Database);

impl<'a> Snapshot<'a> {
    fn begin(database: &'a Database) -> Snapshot<'a> {
        database.in_snapshot.set(true);
        Snapshot(database)
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        self.0.in_snapshot.set(false);
        self.0.release();
    }
}

/// The writer's turn, taken by somebody who already has a connection.
struct Turn<'a> {
    _taken: Taken<'a>,
    checkout: Arc<Checkout>,
}

impl<'a> Turn<'a> {
    fn take(
        database: &'a Database,
        budget: &WaitBudget,
        checkout: &Arc<Checkout>,
    ) -> Result<Turn<'a>, Error> {
        let taken = database.take_turn(budget)?;
        checkout.set_has_turn(true);
        Ok(Turn {
            _taken: taken,
            checkout: checkout.clone(),
        })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.checkout.set_has_turn(false);
    }
}
