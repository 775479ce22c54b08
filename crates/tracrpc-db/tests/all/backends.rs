//! The databases that the contract is run on.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use tracrpc_db::{Database, Options};

/// Runs `test` on a new environment's database of each kind. To add a
/// database, add a line.
pub(crate) fn on_every_database(test: impl Fn(&Database)) {
    let directory = tempfile::tempdir().unwrap();
    test(&create("sqlite:db/trac.db", directory.path()));
    test(&create("sqlite::memory:", directory.path()));
    if let Some(url) = postgres_url() {
        test(&create(&url, directory.path()));
        drop_schema(&url);
    }
}

pub(crate) fn create(url: &str, directory: &Path) -> Database {
    Database::create(url, directory, Options::default()).unwrap()
}

/// The URL of a schema of the test server that does not exist yet, if there
/// is a test server.
pub(crate) fn postgres_url() -> Option<String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("TRACRPC_TEST_POSTGRES").ok()?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let separator = if server.contains('?') { '&' } else { '?' };
    Some(format!(
        "{server}{separator}schema=test-{}-{number}",
        std::process::id()
    ))
}

pub(crate) fn drop_schema(url: &str) {
    let schema = url.rsplit_once("schema=").unwrap().1;
    let database = Database::open(url, "/".as_ref(), Options::default()).unwrap();
    let drop = format!("DROP SCHEMA \"{schema}\" CASCADE");
    database
        .write(|connection| connection.batch(&drop))
        .unwrap();
}
