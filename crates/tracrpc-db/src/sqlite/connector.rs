//! Opens and makes SQLite databases.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::busy;
use super::dialect::SqliteDialect;
use super::driver::SqliteDriver;
use super::error::translate;
use super::file;
use crate::driver::{Connector, Driver};
use crate::{Dialect, Error, ErrorKind, WaitBudget, schema};

/// How much of the file a connection keeps in memory, in KiB: half of SQLite's
/// own value.
const CACHE_SIZE: u32 = 1_000;

pub(crate) struct SqliteConnector {
    /// `None` for a database in memory.
    pub(crate) path: Option<PathBuf>,
    pub(crate) timeout: Duration,
    pub(crate) journal_mode: Option<String>,
    pub(crate) synchronous: Option<String>,
}

impl Connector for SqliteConnector {
    fn dialect(&self) -> &'static dyn Dialect {
        &SqliteDialect
    }

    fn connect(&self, budget: &WaitBudget) -> Result<Box<dyn Driver>, Error> {
        let Some(path) = &self.path else {
            return self.create_in_memory();
        };
        if !path.exists() {
            let message = format!("Database \"{}\" not found.", path.display());
            return Err(Error::new(ErrorKind::Missing, message));
        }
        let open = || {
            let connection = Connection::open_with_flags(path, flags(OpenFlags::empty()))?;
            self.configure(&connection)?;
            SqliteDriver::new(connection, self.timeout, budget)
        };
        let driver = busy::retry(budget, self.timeout, open);
        Ok(Box::new(
            driver.map_err(|error| in_file(path, translate(error)))?,
        ))
    }

    fn create(&self) -> Result<Box<dyn Driver>, Error> {
        let Some(path) = &self.path else {
            return self.create_in_memory();
        };
        if path.exists() {
            let message = format!("Database already exists at {}", path.display());
            return Err(Error::new(ErrorKind::Exists, message));
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| cannot_create(parent, error))?;
        }
        file::make(path).map_err(|error| cannot_create(path, error))?;
        self.create_file(path)
            .map_err(|error| in_file(path, translate(error)))
    }

    /// SQLite writes a copy into an empty file.
    fn copy_to(&self, path: &Path) -> Result<bool, Error> {
        if let Some(original) = &self.path {
            file::make_like(original, path).map_err(|error| cannot_create(path, error))?;
        }
        let target = path.display().to_string();
        self.connect(&WaitBudget::alone())?
            .execute("VACUUM INTO ?", &[target.into()])?;
        Ok(true)
    }

    fn is_file(&self) -> bool {
        self.path.is_some()
    }

    fn lock_timeout(&self) -> Duration {
        self.timeout
    }

    /// A database in memory would be lost with a connection that can no
    /// longer tell.
    fn can_watch(&self) -> bool {
        self.path.is_some()
    }

    fn is_single(&self) -> bool {
        self.path.is_none()
    }
}

impl SqliteConnector {
    fn create_file(&self, path: &Path) -> rusqlite::Result<Box<dyn Driver>> {
        let connection = Connection::open_with_flags(path, flags(OpenFlags::empty()))?;
        if self.journal_mode.is_none() {
            // With a write-ahead log readers and the writer don't block each other.
            connection.query_row("PRAGMA journal_mode = wal", [], |_| Ok(()))?;
        }
        self.configure(&connection)?;
        create_tables(&connection)?;
        Ok(Box::new(self.driver(connection)?))
    }

    fn driver(&self, connection: Connection) -> rusqlite::Result<SqliteDriver> {
        SqliteDriver::new(connection, self.timeout, &WaitBudget::alone())
    }

    fn create_in_memory(&self) -> Result<Box<dyn Driver>, Error> {
        let driver = Connection::open_in_memory_with_flags(flags(OpenFlags::empty()))
            .and_then(|connection| create_tables(&connection).map(|()| connection))
            .and_then(|connection| self.driver(connection))
            .map_err(translate)?;
        Ok(Box::new(driver))
    }

    /// Applies the parameters of the URL, and nothing that an existing file
    /// would remember: its journal mode is its owner's choice.
    fn configure(&self, connection: &Connection) -> rusqlite::Result<()> {
        // Who waits for a lock does so in `busy::retry`.
        connection.busy_handler(None)?;
        if let Some(mode) = &self.journal_mode {
            connection.query_row(&format!("PRAGMA journal_mode = {mode}"), [], |_| Ok(()))?;
        }
        if let Some(synchronous) = &self.synchronous {
            connection.execute_batch(&format!("PRAGMA synchronous = {synchronous}"))?;
        }
        // There are several connections, and the system keeps the file at hand.
        connection.execute_batch(&format!("PRAGMA cache_size = -{CACHE_SIZE}"))?;
        // Reads the file's header, so that what is no database is found now.
        connection.query_row("PRAGMA schema_version", [], |_| Ok(()))
    }
}

fn flags(more: OpenFlags) -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more
}

fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    let statements: Vec<_> = schema::TABLES
        .iter()
        .flat_map(|table| SqliteDialect.create_table(table))
        .collect();
    connection.execute_batch(&format!("BEGIN;\n{};\nCOMMIT", statements.join(";\n")))
}

/// Says which file an error is about.
fn in_file(path: &Path, error: Error) -> Error {
    let message = format!("{}: {error}", path.display());
    Error::new(error.kind(), message).with_source(error)
}

fn cannot_create(path: &Path, error: std::io::Error) -> Error {
    let message = format!("cannot create {}: {error}", path.display());
    Error::new(ErrorKind::Missing, message).with_source(error)
}
