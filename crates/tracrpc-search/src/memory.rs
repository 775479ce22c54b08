//! Keeps the texts of an environment's tickets at hand.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::texts::Texts;
use tracrpc_env::{Environment, Fresh, Result};

/// How long texts that are too large to be kept are left alone.
const PAUSE: Duration = Duration::from_secs(600);

/// The texts that were searched last.
///
/// They are read when a search needs them and the database has changed, which
/// takes as long as the search in the database that they stand for.
#[derive(Debug, Default)]
pub(super) struct SearchMemory {
    /// None if they are too large.
    texts: Fresh<Option<Texts>>,
    /// Before this texts that were too large are not read again.
    earliest: Mutex<Option<Instant>>,
}

impl SearchMemory {
    /// The texts as the database is now; none if they cannot be kept, or if
    /// the database compares texts by rules of its own.
    ///
    /// # Errors
    /// A database that fails.
    pub(super) fn texts(&self, env: &Environment) -> Result<Arc<Option<Texts>>> {
        let database = env.db();
        if !database.dialect().folds_ascii_only() || database.is_writing() {
            return Ok(Arc::default());
        }
        self.texts.of_database(env, |before| {
            if self.is_early() {
                return Ok(before.unwrap_or_default());
            }
            let size = before.as_deref().and_then(Option::as_ref).map(Texts::size);
            let size = size.unwrap_or_default();
            let texts = database.read(|connection| Texts::read(connection, size))?;
            self.wait_before_the_next(texts.is_none());
            Ok(Arc::new(texts))
        })
    }

    fn is_early(&self) -> bool {
        let earliest = *self.earliest.lock().unwrap_or_else(PoisonError::into_inner);
        earliest.is_some_and(|earliest| Instant::now() < earliest)
    }

    fn wait_before_the_next(&self, were_too_large: bool) {
        let earliest = were_too_large.then(|| Instant::now() + PAUSE);
        *self.earliest.lock().unwrap_or_else(PoisonError::into_inner) = earliest;
    }
}
