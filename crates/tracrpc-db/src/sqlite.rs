//! SQLite: one file, no server.

mod busy;
mod connector;
mod dialect;
mod driver;
mod error;
mod file;
mod folded;
mod like;
mod occur;
mod pattern;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::driver::Connector;
use crate::{DatabaseUrl, Error, ErrorKind};

/// A connector for `sqlite:PATH`, a path relative to the environment, or
/// `sqlite::memory:`. The parameters are Trac's: `timeout` in seconds,
/// `journal_mode`, `synchronous`; others are of no concern here.
pub(crate) fn connector(url: &DatabaseUrl, env_dir: &Path) -> Result<Box<dyn Connector>, Error> {
    Ok(Box::new(connector::SqliteConnector {
        path: database_path(url, env_dir),
        timeout: timeout(url)?,
        journal_mode: one_of(url, "journal_mode", JOURNAL_MODES)?,
        synchronous: one_of(url, "synchronous", SYNCHRONOUS)?,
    }))
}

const JOURNAL_MODES: &[&str] = &["delete", "truncate", "persist", "memory", "wal"];

const SYNCHRONOUS: &[&str] = &["off", "normal", "full", "extra", "0", "1", "2", "3"];

/// The path of the file; `None` for a database in memory.
fn database_path(url: &DatabaseUrl, env_dir: &Path) -> Option<PathBuf> {
    (url.path != ":memory:").then(|| env_dir.join(&url.path))
}

/// How long to wait for a lock of another process: 10 seconds as in Trac.
fn timeout(url: &DatabaseUrl) -> Result<Duration, Error> {
    let seconds = match url.param("timeout") {
        Some(text) => text
            .trim()
            .parse::<u32>()
            .map_err(|_| bad_param("timeout", text))?,
        None => 10,
    };
    Ok(Duration::from_secs(seconds.min(1_000_000).into()))
}

fn one_of(url: &DatabaseUrl, name: &str, known: &[&str]) -> Result<Option<String>, Error> {
    match url.param(name).map(str::to_ascii_lowercase) {
        None => Ok(None),
        Some(value) if value.is_empty() => Ok(None),
        Some(value) if known.contains(&value.as_str()) => Ok(Some(value)),
        Some(value) => Err(bad_param(name, &value)),
    }
}

fn bad_param(name: &str, value: &str) -> Error {
    let message = format!("the database connection string has an unusable {name}: `{value}`");
    Error::new(ErrorKind::Url, message)
}
