//! The database of an environment: a pool of connections and its transactions.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::change_mark::unique_number;
use crate::connection::Session;
use crate::driver::{Connector, Driver};
use crate::patience::{Wait, together, without_waiting};
use crate::pool::Pool;
use crate::snapshot::{self, Reading};
use crate::transaction::{Recording, Transaction};
use crate::turn::{Taken, Turnstile};
use crate::watch::ChangeLog;
use crate::{
    ChangeMark, Changes, Connection, DatabaseUrl, Dialect, Error, ErrorKind, Row, Watched,
};

/// How often the monitor is asked again while the database is locked.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A database, shared by any number of threads.
///
/// A thread that calls `read` or `write` within `write` goes on with the same
/// connection: it sees its own changes, and needs no second connection.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    number: u64,
    pool: Pool,
    turn: Turnstile,
    /// The connection that only ever looks for changes.
    monitor: Mutex<Option<Box<dyn Driver>>>,
    watched: &'static [Watched],
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
    /// The tables whose changes [`Database::changes_since`] tells.
    pub watched: &'static [Watched],
}

impl Default for Options {
    fn default() -> Options {
        Options {
            pool_size: 10,
            wait: Duration::from_secs(20),
            watched: &[],
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
        let driver = database.inner.pool.connector().connect()?;
        database.inner.pool.add(driver);
        Ok(database)
    }

    /// Makes a new database with the tables of Trac 1.6, all empty.
    ///
    /// # Errors
    /// `Exists` if there is one already, else as [`Database::open`].
    pub fn create(url: &str, env_dir: &Path, options: Options) -> Result<Database, Error> {
        let connector = DatabaseUrl::parse(url)?.connector(env_dir)?;
        let database = Database::with_connector(connector, options);
        let driver = database.inner.pool.connector().create()?;
        database.inner.pool.add(driver);
        Ok(database)
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
        if self.inner.pool.connector().is_single() || self.inner.held_session().is_some() {
            return f();
        }
        let _wanted = Wanted::begin(&self.inner);
        f()
    }

    /// Runs `f` with a connection that can only run queries.
    ///
    /// # Errors
    /// What `f` returns, and `Locked` or `Connection` if there is no connection.
    pub fn read<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        together(|| self.read_patiently(f))
    }

    fn read_patiently<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(session) = self.inner.shared_session()? {
            let _reading = Reading::begin(&session);
            return f(&mut Connection::new(session.clone(), false));
        }
        // The only connection of a database in memory may not be waited for
        // by the holder of the turn.
        let turn = self
            .inner
            .pool
            .connector()
            .is_single()
            .then(|| self.inner.take_turn())
            .transpose()?;
        let (_held, session) = Held::take(&self.inner, turn.is_some())?;
        f(&mut Connection::new(session, false))
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
        together(|| self.write_patiently(f))
    }

    fn write_patiently<T, E: From<Error>>(
        &self,
        f: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.inner.lay_down();
        if let Some(session) = self.inner.held_session() {
            session.look_away()?;
            let needs_turn = !session.has_turn.get();
            let turn = needs_turn.then(|| Turn::take(&self.inner, &session));
            let _turn = turn.transpose()?;
            return self.inner.transaction(session, f);
        }
        let _turn = self.inner.take_turn()?;
        let (_held, session) = Held::take(&self.inner, true)?;
        self.inner.transaction(session, f)
    }

    /// Runs a query that has to be answered by the database as it is now. What
    /// an open connection still knows of a file does not count: the file may be
    /// gone, cut or overwritten meanwhile.
    ///
    /// # Errors
    /// As [`Database::open`] and a query. Nothing is made of what is missing.
    pub fn probe(&self, sql: &str) -> Result<Vec<Row>, Error> {
        match self.inner.pool.connector().is_file() {
            true => self.inner.pool.connector().connect()?.query(sql, &[]),
            false => self.read(|connection| connection.query(sql, &[])),
        }
    }

    /// Copies the database to a new file, if it is one: as it is at one moment,
    /// while others go on reading and writing. Tells whether it was copied.
    ///
    /// # Errors
    /// The file exists, or cannot be written; as a query.
    pub fn copy_to(&self, path: &Path) -> Result<bool, Error> {
        self.inner.pool.connector().copy_to(path)
    }

    /// What is particular to this database's SQL.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.inner.pool.connector().dialect()
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
        if let Some(session) = self.inner.held_session() {
            if session.depth.get() > 0 {
                return Ok(ChangeMark::unique());
            }
            if self.inner.pool.connector().is_single() {
                return session.driver()?.change_mark();
            }
        }
        if self.inner.pool.connector().is_single() {
            let _turn = self.inner.take_turn()?;
            let (_held, session) = Held::take(&self.inner, true)?;
            return session.driver()?.change_mark();
        }
        match snapshot::is_wanted(self.inner.number) {
            true => self
                .inner
                .looking_session()?
                .look(|| self.inner.monitored_mark()),
            false => self.inner.monitored_mark(),
        }
    }

    /// Whether the calling thread is within `write`, where what it reads may
    /// yet be rolled back.
    pub fn is_writing(&self) -> bool {
        let session = self.inner.held_session();
        session.is_some_and(|session| session.depth.get() > 0)
    }

    /// What was committed in the watched tables between two marks. Known only
    /// where the database is an SQLite file, and nobody but this `Database`
    /// wrote.
    pub fn changes_between(&self, before: &ChangeMark, after: &ChangeMark) -> Changes {
        let log = self.inner.log.lock();
        log.unwrap_or_else(PoisonError::into_inner)
            .between(before, after)
    }

    /// Whether [`Database::changes_between`] can ever know.
    pub fn can_watch(&self) -> bool {
        self.inner.can_watch()
    }

    fn with_connector(connector: Box<dyn Connector>, options: Options) -> Database {
        Database {
            inner: Arc::new(Inner {
                number: unique_number(),
                pool: Pool::new(connector, options.pool_size, options.wait),
                turn: Turnstile::default(),
                monitor: Mutex::new(None),
                watched: options.watched,
                log: Mutex::default(),
            }),
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("dialect", &self.dialect().name())
            .finish_non_exhaustive()
    }
}

impl Inner {
    fn take_turn(&self) -> Result<Taken<'_>, Error> {
        self.turn.take(self.pool.wait())
    }

    /// The connection to this database that the thread already has.
    fn held_session(&self) -> Option<Rc<Session>> {
        HELD.with_borrow(|held| {
            held.iter()
                .find(|(number, _)| *number == self.number)
                .map(|(_, session)| session.clone())
        })
    }

    /// The connection that the thread has already, or that it is to use for
    /// a snapshot.
    fn shared_session(&self) -> Result<Option<Rc<Session>>, Error> {
        let held = self.held_session();
        let is_writing = held.as_ref().is_some_and(|held| held.depth.get() > 0);
        if is_writing || !snapshot::is_wanted(self.number) {
            return Ok(held);
        }
        let session = self.looking_session()?;
        session.look(|| self.monitored_mark())?;
        Ok(Some(session))
    }

    fn looking_session(&self) -> Result<Rc<Session>, Error> {
        match self.held_session() {
            Some(session) => Ok(session),
            None => self.hold(false),
        }
    }

    /// Takes a connection for this thread.
    fn hold(&self, has_turn: bool) -> Result<Rc<Session>, Error> {
        let session = Session::new(self.pool.take(has_turn)?, has_turn);
        HELD.with_borrow_mut(|held| held.push((self.number, session.clone())));
        Ok(session)
    }

    /// Gives back a connection that the thread keeps for a snapshot and does
    /// not use at the moment: who waits to write keeps nobody from reading.
    fn lay_down(&self) {
        let is_idle = |(number, session): &(u64, Rc<Session>)| {
            *number == self.number && Rc::strong_count(session) == 1
        };
        if HELD.with_borrow(|held| held.iter().any(is_idle)) {
            self.release();
        }
    }

    /// Gives the thread's connection back, if it has one. Nobody else may have
    /// the session any more.
    fn release(&self) {
        let session = HELD.with_borrow_mut(|held| {
            let position = held.iter().position(|(held, _)| *held == self.number)?;
            Some(held.swap_remove(position).1)
        });
        let Some(session) = session else {
            return;
        };
        // A look that cannot be ended leaves the connection unusable, which
        // the pool sees.
        let _ = session.look_away();
        let driver = Rc::into_inner(session).map(|session| session.driver.into_inner());
        self.pool.put(driver);
    }

    fn transaction<T, E: From<Error>>(
        &self,
        session: Rc<Session>,
        f: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        // Fails while the connection lends rows.
        session.driver()?;
        let is_outermost = session.depth.get() == 0;
        let is_recorded =
            is_outermost && self.can_watch() && Recording::prepare(&session, self.watched);
        let transaction = match is_outermost {
            true => self.begin(&session)?,
            false => Transaction::begin(&session)?,
        };
        let mark = || self.monitored_mark();
        let recording = is_recorded.then(|| Recording::begin(&session, self.watched, mark).ok());
        let result = f(&mut Connection::new(session.clone(), true))?;
        let recording = recording.flatten().and_then(Recording::collect);
        transaction.commit()?;
        // The changes of a transaction that is not remembered are unknown.
        let _ = recording.map(|recording| recording.remember(&self.log, mark));
        Ok(result)
    }

    fn begin<'a>(&self, session: &'a Session) -> Result<Transaction<'a>, Error> {
        self.turn.holder_waits(true);
        let begun = Transaction::begin(session);
        self.turn.holder_waits(false);
        begun
    }

    fn can_watch(&self) -> bool {
        !self.watched.is_empty() && self.pool.connector().can_watch()
    }

    /// Nobody waits for a lock while others wait for the monitor: each would
    /// wait for all those before.
    fn monitored_mark(&self) -> Result<ChangeMark, Error> {
        let mut wait = None;
        loop {
            match without_waiting(|| self.look_at_monitor()) {
                Err(error) if error.kind() == ErrorKind::Locked => {
                    let limit = self.pool.connector().lock_timeout();
                    let wait = wait.get_or_insert_with(|| Wait::begin(limit));
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
            None => self.pool.connector().connect()?,
        };
        let mark = driver.change_mark();
        let is_locked = |error: &Error| error.kind() == ErrorKind::Locked;
        if mark.as_ref().err().is_none_or(is_locked) {
            *monitor = Some(driver);
        }
        mark
    }
}

thread_local! {
    /// The connections that this thread has taken, by the number of their database.
    static HELD: RefCell<Vec<(u64, Rc<Session>)>> = const { RefCell::new(Vec::new()) };
}

/// Gives the thread's connection back to the pool in the end, also after a panic.
struct Held<'a> {
    inner: &'a Inner,
}

impl<'a> Held<'a> {
    /// Takes a connection. The session has to be dropped before `Held` is.
    fn take(inner: &'a Inner, has_turn: bool) -> Result<(Held<'a>, Rc<Session>), Error> {
        let session = inner.hold(has_turn)?;
        Ok((Held { inner }, session))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.inner.release();
    }
}

/// Has the thread's reads share a snapshot until it is dropped.
struct Wanted<'a> {
    inner: &'a Inner,
}

impl<'a> Wanted<'a> {
    /// None if they do already.
    fn begin(inner: &'a Inner) -> Option<Wanted<'a>> {
        snapshot::want(inner.number).then_some(Wanted { inner })
    }
}

impl Drop for Wanted<'_> {
    fn drop(&mut self) {
        snapshot::no_longer_want(self.inner.number);
        self.inner.release();
    }
}

/// The writer's turn, taken by a thread that already has a connection.
struct Turn<'a> {
    _taken: Taken<'a>,
    session: Rc<Session>,
}

impl<'a> Turn<'a> {
    fn take(inner: &'a Inner, session: &Rc<Session>) -> Result<Turn<'a>, Error> {
        let taken = inner.take_turn()?;
        session.has_turn.set(true);
        Ok(Turn {
            _taken: taken,
            session: session.clone(),
        })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.session.has_turn.set(false);
    }
}
