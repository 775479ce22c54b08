//! What a connection does that finds the file locked by another program.

use std::time::Duration;

use rusqlite::ffi::{self, ErrorCode};
use rusqlite::{Error, Result};

use crate::waiting::{Wait, WaitBudget};

/// How long it waits before it tries again, in milliseconds: as SQLite's own
/// busy handler, which would know nothing of the request that waits.
const PAUSES: [u64; 12] = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100];

/// Tries until the file is not locked, for `limit` at most.
///
/// What fails because of a lock has done nothing yet: SQLite takes its locks
/// before it reads or writes.
pub(super) fn retry<T>(
    budget: &WaitBudget,
    limit: Duration,
    mut attempt: impl FnMut() -> Result<T>,
) -> Result<T> {
    let mut wait = None;
    let mut pauses = PAUSES.into_iter();
    let mut pause = Duration::ZERO;
    loop {
        match attempt() {
            Err(error) if is_busy(&error) => {
                let wait = wait.get_or_insert_with(|| Wait::begin(budget, limit));
                pause = pauses.next().map_or(pause, Duration::from_millis);
                if !wait.pause(pause) {
                    return Err(error);
                }
            }
            result => return result,
        }
    }
}

/// Whether another program has the lock. A read that is too old to become a
/// write stays so, however long it waits.
fn is_busy(error: &Error) -> bool {
    let cause = match error {
        Error::SqliteFailure(cause, _) => cause,
        Error::SqlInputError { error, .. } => error,
        _ => return false,
    };
    cause.code == ErrorCode::DatabaseBusy && cause.extended_code != ffi::SQLITE_BUSY_SNAPSHOT
}
