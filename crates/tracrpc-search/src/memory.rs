//! Keeps the texts of an environment's tickets at hand.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_env::{Environment, Fresh, MemoryShare, Result};

use super::texts::Texts;

/// How long texts that are too large to be kept are left alone.
const PAUSE: Duration = Duration::from_secs(600);

/// The texts that were searched last.
///
/// They are read when a search needs them and the database has changed, which
/// takes as long as the search in the database that they stand for.
#[derive(Debug, Default)]
pub(super) struct SearchMemory {
    /// None if they are too large.
    texts: Fresh<Option<KeptTexts>>,
    /// Before this texts that were too large are not read again.
    earliest: Mutex<Option<Instant>>,
}

/// Texts, and the memory that they take.
#[derive(Debug)]
pub(super) struct KeptTexts {
    pub(super) texts: Texts,
    _memory: MemoryShare,
}

impl SearchMemory {
    /// The texts as the database is now; none if they cannot be kept, or if
    /// the database compares texts by rules of its own.
    ///
    /// # Errors
    /// A database that fails.
    pub(super) fn texts(&self, env: &Environment) -> Result<Arc<Option<KeptTexts>>> {
        let database = env.db();
        let is_off = !env.config().tracrpc().keep_in_memory;
        if is_off || !database.dialect().folds_ascii_only() || database.is_writing() {
            return Ok(Arc::default());
        }
        self.texts.of_database(env, |before| {
            if self.is_early() {
                return Ok(before.unwrap_or_default());
            }
            let size = before.as_deref().and_then(Option::as_ref);
            let size = size.map_or(0, |kept| kept.texts.size());
            let texts = database.read(|connection| Texts::read(connection, size))?;
            let kept = texts.and_then(|texts| {
                let _memory = env.memory(texts.size())?;
                Some(KeptTexts { texts, _memory })
            });
            self.wait_before_the_next(kept.is_none());
            Ok(Arc::new(kept))
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
