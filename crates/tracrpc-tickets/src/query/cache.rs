//! What queries found, until the database changes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracrpc_env::{Environment, Fresh, Result};

use super::sql::Statement;

/// How many numbers of tickets are kept, all in all: 8 bytes each.
const MAX_IDS: usize = 1_000_000;

/// The longest statement that is kept, in bytes.
const MAX_STATEMENT: usize = 20_000;

/// How many results are kept.
const MAX_RESULTS: usize = 64;

/// The tickets that a query found, in order.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) ids: Arc<Vec<i64>>,
    /// Whether these are all of them, and not only the first ones.
    pub(super) is_complete: bool,
}

/// The last results of an environment's queries.
#[derive(Debug, Default)]
pub(super) struct QueryCache {
    results: Fresh<Results>,
}

impl QueryCache {
    /// What queries found in the database as it is now. What is read after this
    /// is at least as new, and can be put there.
    pub(super) fn results(&self, env: &Environment) -> Result<Arc<Results>> {
        self.results.of_database(env, |_| Ok(Arc::default()))
    }
}

/// What queries found in one state of the database.
#[derive(Debug, Default)]
pub(super) struct Results {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The latest is in front.
    results: VecDeque<(Statement, Found)>,
}

impl Results {
    /// What the statement found.
    pub(super) fn get(&self, statement: &Statement) -> Option<Found> {
        let mut kept = self.lock();
        let position = kept
            .results
            .iter()
            .position(|(known, _)| known == statement)?;
        let result = kept.results.remove(position)?;
        let found = result.1.clone();
        kept.results.push_front(result);
        Some(found)
    }

    /// Keeps what the statement found.
    pub(super) fn put(&self, statement: Statement, found: Found) {
        if statement.sql.len() > MAX_STATEMENT || found.ids.len() > MAX_IDS / 4 {
            return;
        }
        let mut kept = self.lock();
        kept.results.retain(|(known, _)| *known != statement);
        kept.results.push_front((statement, found));
        kept.shrink();
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn shrink(&mut self) {
        while self.results.len() > MAX_RESULTS || self.ids() > MAX_IDS {
            self.results.pop_back();
        }
    }

    fn ids(&self) -> usize {
        self.results.iter().map(|(_, found)| found.ids.len()).sum()
    }
}
