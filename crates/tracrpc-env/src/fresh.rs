//! Keeping what was read, as long as it is what would be read again.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracrpc_db::ChangeMark;

use crate::cache_table;
use crate::config::Config;
use crate::environment::Environment;
use crate::error::Result;
use crate::extensions::Extensions;

/// Something that follows from the configuration, the extensions and the database of an
/// environment, kept until one of them changes: the database by its change
/// mark, whoever wrote to it.
///
/// It is never read under a lock: who waits for it may have a connection in
/// hand that the reader needs. Two who find it old at once both read it.
pub struct Fresh<T> {
    kept: Mutex<Option<Kept<T>>>,
}

struct Kept<T> {
    state: State,
    /// The generation in Trac's table `cache` on which it depends, if it does.
    generation: Option<i64>,
    value: Arc<T>,
}

/// The state of an environment at which something was read.
struct State {
    config: Arc<Config>,
    extensions: Arc<Extensions>,
    /// None for what does not follow from the database.
    mark: Option<ChangeMark>,
}

impl State {
    fn has_settings_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.config, &other.config) && Arc::ptr_eq(&self.extensions, &other.extensions)
    }
}

impl<T> Fresh<T> {
    /// What follows from the configuration and the extensions alone.
    pub fn of_settings(&self, env: &Environment, read: impl FnOnce() -> T) -> Arc<T> {
        let state = State {
            config: env.config(),
            extensions: env.extensions(),
            mark: None,
        };
        if let Some(value) = self.at(&state) {
            return value;
        }
        let value = Arc::new(read());
        self.keep(state, None, &value);
        value
    }

    /// What was kept, whether it is still true or not; nothing before anything was.
    pub fn kept(&self) -> Option<Arc<T>> {
        self.lock().as_ref().map(|kept| Arc::clone(&kept.value))
    }

    /// What `read` reads from the database. It gets what was kept if nothing
    /// but the database has changed, and may return that again.
    ///
    /// # Errors
    /// What `read` returns, and as a query.
    pub fn of_database(
        &self,
        env: &Environment,
        read: impl FnOnce(Option<Arc<T>>) -> Result<Arc<T>>,
    ) -> Result<Arc<T>> {
        let state = State::now(env)?;
        if let Some(value) = self.at(&state) {
            return Ok(value);
        }
        let value = read(self.before(&state).map(|(_, value)| value))?;
        if !env.db().is_writing() {
            self.keep(state, None, &value);
        }
        Ok(value)
    }

    /// What `read` reads of that of which Trac notes under `key` in its table
    /// `cache` that it has changed.
    ///
    /// # Errors
    /// What `read` returns, and as a query.
    pub fn of_generation(
        &self,
        env: &Environment,
        key: &str,
        read: impl FnOnce() -> Result<T>,
    ) -> Result<Arc<T>> {
        let state = State::now(env)?;
        if let Some(value) = self.at(&state) {
            return Ok(value);
        }
        let now = env
            .db()
            .read(|connection| cache_table::generation(connection, key))?;
        let value = match self.before(&state) {
            Some((generation, value)) if generation == now => value,
            _ => Arc::new(read()?),
        };
        if !env.db().is_writing() {
            self.keep(state, now, &value);
        }
        Ok(value)
    }

    /// What was kept at exactly that state.
    fn at(&self, state: &State) -> Option<Arc<T>> {
        let kept = self.lock();
        let kept = kept.as_ref()?;
        let is_same = kept.state.mark == state.mark && kept.state.has_settings_of(state);
        is_same.then(|| Arc::clone(&kept.value))
    }

    /// What was kept with the same settings, and its generation.
    fn before(&self, state: &State) -> Option<(Option<i64>, Arc<T>)> {
        let kept = self.lock();
        let kept = kept.as_ref()?;
        let is_alike = kept.state.has_settings_of(state);
        is_alike.then(|| (kept.generation, Arc::clone(&kept.value)))
    }

    fn keep(&self, state: State, generation: Option<i64>, value: &Arc<T>) {
        *self.lock() = Some(Kept {
            state,
            generation,
            value: Arc::clone(value),
        });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Kept<T>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The mark is taken first: what is read later is at least as new.
    fn now(env: &Environment) -> Result<Self> {
        Ok(Self {
            mark: Some(env.db().change_mark()?),
            config: env.config(),
            extensions: env.extensions(),
        })
    }
}

impl<T> Default for Fresh<T> {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
        }
    }
}

impl<T> fmt::Debug for Fresh<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fresh").finish_non_exhaustive()
    }
}
