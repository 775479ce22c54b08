//! What queries found, until the database changes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracrpc_db::ChangeMark;

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
pub(crate) struct QueryCache {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    mark: Option<ChangeMark>,
    /// The latest is in front.
    results: VecDeque<(Statement, Found)>,
}

impl QueryCache {
    /// What the statement found when the database was as `mark` says.
    pub(super) fn get(&self, mark: &ChangeMark, statement: &Statement) -> Option<Found> {
        let mut kept = self.lock();
        if kept.mark.as_ref() != Some(mark) {
            kept.results.clear();
            return None;
        }
        let position = kept
            .results
            .iter()
            .position(|(known, _)| known == statement)?;
        let result = kept.results.remove(position)?;
        let found = result.1.clone();
        kept.results.push_front(result);
        Some(found)
    }

    /// Keeps what the statement found in a database that is at least as new
    /// as `mark` says.
    pub(super) fn put(&self, mark: &ChangeMark, statement: Statement, found: Found) {
        if statement.sql.len() > MAX_STATEMENT || found.ids.len() > MAX_IDS / 4 {
            return;
        }
        let mut kept = self.lock();
        if kept.mark.as_ref() != Some(mark) {
            kept.results.clear();
            kept.mark = Some(mark.clone());
        }
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
