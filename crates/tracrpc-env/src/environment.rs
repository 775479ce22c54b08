//! A Trac environment: a directory with a configuration, a database and files.

mod create;
mod directory;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tracrpc_db::{Database, Options, schema};

pub use create::InitOptions;

use self::directory::Directory;
use crate::actor::Actor;
use crate::attachment;
use crate::config::{Config, LiveConfig, check_first};
use crate::error::{Error, Result};
use crate::markup::MarkupSettings;
use crate::notification::Outbox;
use crate::permission::{PermissionSystem, check_configuration};
use crate::query::{self, QueryCache, TicketMemory};
use crate::search::SearchMemory;
use crate::stored::Int;
use crate::ticket::TicketSystem;
use crate::users::UserMemory;

/// An environment that is open. Clones share it; it is used from any thread.
#[derive(Clone)]
pub struct Environment {
    inner: Arc<Inner>,
}

struct Inner {
    directory: Directory,
    config: LiveConfig,
    database: Database,
    permissions: PermissionSystem,
    tickets: TicketSystem,
    users: UserMemory,
    queries: QueryCache,
    ticket_memory: TicketMemory,
    search_memory: SearchMemory,
    markup: MarkupSettings,
    outbox: Outbox,
}

impl Environment {
    /// Opens the environment in a directory, whoever made it.
    ///
    /// # Errors
    /// The directory is missing or no environment, `trac.ini` cannot be read or
    /// names a permission policy that does not exist,
    /// the database cannot be opened or is not that of Trac 1.6. The message says
    /// what to do about it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let directory = Directory::new(path.as_ref())?;
        directory.verify()?;
        let config = LiveConfig::load(&directory.config_file())?;
        check_first(&config.current())?;
        check_configuration(&config.current())?;
        let database = open_database(&directory, &config.current())?;
        check_version(&directory, &database)?;
        let env = Self {
            inner: Arc::new(Inner {
                directory,
                config,
                database,
                permissions: PermissionSystem::default(),
                tickets: TicketSystem::default(),
                users: UserMemory::default(),
                queries: QueryCache::default(),
                ticket_memory: TicketMemory::default(),
                search_memory: SearchMemory::default(),
                markup: MarkupSettings::default(),
                outbox: Outbox::default(),
            }),
        };
        // An environment that cannot be written to can still be read.
        if let Err(error) = attachment::recover(&env) {
            tracing::warn!(%error, "attachments were not settled");
        }
        Ok(env)
    }

    /// Refuses a directory that is no environment, whatever the state of one is
    /// that is.
    ///
    /// # Errors
    /// It is missing, or its file `VERSION` is not that of an environment.
    pub fn check_place(path: impl AsRef<Path>) -> Result<()> {
        Directory::new(path.as_ref())?.verify_kind()
    }

    /// Makes a new environment in a directory that is empty or does not exist,
    /// as `trac-admin initenv` does, and opens it.
    ///
    /// # Errors
    /// The directory is not empty or cannot be made, the database exists already
    /// or cannot be made. Nothing is left behind then.
    pub fn create(path: impl AsRef<Path>, options: &InitOptions) -> Result<Self> {
        let directory = Directory::new(path.as_ref())?;
        create::create(&directory, options)?;
        Self::open(path)
    }

    /// The absolute path of the environment's directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.inner.directory.path()
    }

    /// The last part of the path, by which the environment is served.
    #[must_use]
    pub fn name(&self) -> &str {
        self.inner.directory.name()
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Database {
        &self.inner.database
    }

    /// The configuration as its files are now.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        self.inner.config.current()
    }

    /// Reads the configuration again, whether its files look as if they had
    /// changed or not.
    pub fn reread_config(&self) {
        self.inner.config.reread();
    }

    /// That the database is there and is that of an environment, by pages that
    /// are read from it now.
    ///
    /// # Errors
    /// It is missing, damaged, out of reach, or something else.
    pub fn probe_database(&self) -> Result<()> {
        let version = self.db().probe(VERSION)?;
        let newest = self.db().probe("SELECT MAX(id) FROM ticket")?;
        match version.is_empty() || newest.is_empty() {
            true => Err(Error::config("The database has no version")),
            false => Ok(()),
        }
    }

    /// Runs `f`, a request, for which the configuration stays as it is at the
    /// beginning, as Trac has it: its files are looked at once and not
    /// whenever something is asked of it.
    pub fn with_settled_config<T>(&self, f: impl FnOnce() -> T) -> T {
        self.inner.config.settle(f)
    }

    /// The user `authname`, who reached the environment at `base_url`, for the
    /// time of one request. An empty name is `anonymous`.
    #[must_use]
    pub fn actor(&self, authname: &str, base_url: &str) -> Actor {
        Actor::new(self.clone(), authname, base_url)
    }

    /// Reads what most ticket queries need into memory, so that already the
    /// first one is answered from there. Takes some tenths of a second where
    /// there are 100,000 tickets.
    pub fn prepare_queries(&self) {
        if self.db().can_watch() {
            self.inner.ticket_memory.load(self);
        }
    }

    pub(crate) fn tickets(&self) -> &TicketSystem {
        &self.inner.tickets
    }

    pub(crate) fn queries(&self) -> &QueryCache {
        &self.inner.queries
    }

    pub(crate) fn search_memory(&self) -> &SearchMemory {
        &self.inner.search_memory
    }

    pub(crate) fn ticket_memory(&self) -> &TicketMemory {
        &self.inner.ticket_memory
    }

    pub(crate) fn markup(&self) -> &MarkupSettings {
        &self.inner.markup
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.inner.outbox
    }

    pub(crate) fn users(&self) -> &UserMemory {
        &self.inner.users
    }

    pub(crate) fn permissions(&self) -> &PermissionSystem {
        &self.inner.permissions
    }

    /// The directory of the attachments' files.
    #[must_use]
    pub fn attachments_dir(&self) -> PathBuf {
        self.path().join("files").join("attachments")
    }

    /// The directory of `trac.ini`.
    #[must_use]
    pub fn conf_dir(&self) -> PathBuf {
        self.path().join("conf")
    }

    /// The directory of the log.
    #[must_use]
    pub fn log_dir(&self) -> PathBuf {
        self.path().join("log")
    }
}

/// What version of Trac's tables a database has.
const VERSION: &str = "SELECT value FROM system WHERE name = 'database_version'";

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Environment").field(&self.path()).finish()
    }
}

fn open_database(directory: &Directory, config: &Config) -> Result<Database> {
    let trac = config.trac();
    let database = Database::open(
        &trac.database,
        directory.path(),
        database_options(trac.timeout.get()?),
    )?;
    Ok(database)
}

/// How the pool of connections behaves, where `trac.ini` says something of it.
fn database_options(timeout: i64) -> Options {
    let mut options = Options::default();
    options.watched = query::WATCHED;
    if let Ok(seconds @ 1..) = u64::try_from(timeout) {
        options.wait = Duration::from_secs(seconds);
    }
    options
}

fn check_version(directory: &Directory, database: &Database) -> Result<()> {
    let row = database.read(|connection| connection.query_one(VERSION, &[]))?;
    let version = row
        .map(|row| row.get::<Int>(0))
        .transpose()?
        .and_then(Int::known)
        .unwrap_or_default();
    let path = directory.path().display();
    if version < schema::VERSION {
        return Err(Error::config(format!(
            "The Trac Environment needs to be upgraded. Run:\n\n  trac-admin \"{path}\" upgrade\n\n\
             Its database has version {version}; version {} (Trac 1.6) is needed.",
            schema::VERSION
        )));
    }
    if version > schema::VERSION {
        return Err(Error::config(format!(
            "The database of the Trac environment at {path} has version {version}, which is newer \
             than {} (Trac 1.6). It was upgraded by a later Trac; use a tracrpc that knows it.",
            schema::VERSION
        )));
    }
    Ok(())
}
