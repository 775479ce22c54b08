//! Keeps the texts of an environment's tickets at hand.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_db::ChangeMark;

use super::texts::Texts;
use crate::Result;
use crate::environment::Environment;

/// How long texts that are too large to be kept are left alone.
const PAUSE: Duration = Duration::from_secs(600);

/// The texts that were searched last.
///
/// They are read when a search needs them and the database has changed, which
/// takes as long as the search in the database that they stand for.
#[derive(Debug, Default)]
pub(crate) struct SearchMemory {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    texts: Option<(ChangeMark, Arc<Texts>)>,
    /// Before this they are not read again.
    earliest: Option<Instant>,
}

impl SearchMemory {
    /// The texts as the database is now; none if they cannot be kept, or if
    /// the database compares texts by rules of its own.
    ///
    /// # Errors
    /// A database that fails.
    pub(super) fn texts(&self, env: &Environment) -> Result<Option<Arc<Texts>>> {
        let database = env.db();
        if !database.dialect().folds_ascii_only() || database.is_writing() {
            return Ok(None);
        }
        // The mark is taken first: what is read later is at least as new.
        let mark = database.change_mark()?;
        let size = match self.lock().known(&mark) {
            Known::Texts(texts) => return Ok(Some(texts)),
            Known::TooLarge => return Ok(None),
            Known::Old(size) => size,
        };
        // Not under the lock: who holds it must not wait for a connection.
        let texts = database.read(|connection| Texts::read(connection, size))?;
        let texts = texts.map(Arc::new);
        let mut kept = self.lock();
        kept.earliest = texts.is_none().then(|| Instant::now() + PAUSE);
        kept.texts = texts.clone().map(|texts| (mark, texts));
        Ok(texts)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of the texts of a moment.
enum Known {
    Texts(Arc<Texts>),
    /// Nothing but how large they were.
    Old(usize),
    TooLarge,
}

impl Kept {
    fn known(&self, now: &ChangeMark) -> Known {
        match &self.texts {
            Some((mark, texts)) if mark == now => Known::Texts(Arc::clone(texts)),
            Some((_, texts)) => Known::Old(texts.size()),
            None if self
                .earliest
                .is_some_and(|earliest| Instant::now() < earliest) =>
            {
                Known::TooLarge
            }
            None => Known::Old(0),
        }
    }
}
