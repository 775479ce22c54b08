//! Keeps the columns of an environment's tickets at hand.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use tracrpc_db::ChangeMark;
use tracrpc_env::{Environment, Result};

use super::columns::{TicketColumns, Unfit};

/// How much longer than a load took the next one waits at least, so that the
/// writing of others does not keep us busy.
const PAUSE: u32 = 10;

/// How long tickets that cannot be kept are left alone.
const UNFIT_PAUSE: Duration = Duration::from_secs(600);

/// How long a database that fails is left alone.
const FAILURE_PAUSE: Duration = Duration::from_secs(10);

/// The columns of all tickets, from soon after they are first asked for.
///
/// They follow what this process writes. When another one has written they are
/// loaded anew, beside the queries, which ask the database as long.
#[derive(Debug, Default)]
pub(crate) struct TicketMemory {
    columns: RwLock<Option<TicketColumns>>,
    is_loading: AtomicBool,
    /// Before this they are not loaded again.
    earliest: Mutex<Option<Instant>>,
}

impl TicketMemory {
    /// How many tickets there are in memory; none if they are not there.
    pub(super) fn tickets(&self) -> Option<u64> {
        let columns = self.columns.read().unwrap_or_else(PoisonError::into_inner);
        columns.as_ref().map(TicketColumns::tickets)
    }

    /// What `f` makes of the columns as the database is now; none if they
    /// are not at hand.
    ///
    /// # Errors
    /// A database that fails.
    pub(super) fn ask<T>(
        &self,
        env: &Environment,
        f: impl FnOnce(&TicketColumns) -> T,
    ) -> Result<Option<T>> {
        let database = env.db();
        if !database.can_watch() || database.is_writing() {
            return Ok(None);
        }
        if !env.config().tracrpc().keep_in_memory {
            self.forget();
            return Ok(None);
        }
        let mark = database.change_mark()?;
        {
            let columns = self.columns.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(columns) = columns.as_ref().filter(|columns| columns.is_at(&mark)) {
                return Ok(Some(f(columns)));
            }
        }
        // The connection comes first: who holds the lock must not wait for one
        // that others hold while they wait for the lock.
        database.read(|_| Ok(self.ask_at_present(env, &mark, f)))
    }

    /// As [`TicketMemory::ask`], for columns that are behind.
    fn ask_at_present<T>(
        &self,
        env: &Environment,
        mark: &ChangeMark,
        f: impl FnOnce(&TicketColumns) -> T,
    ) -> Option<T> {
        let mut columns = self.columns.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(columns) = columns.as_mut() {
            // Should the columns fail, the database tells what is the matter.
            if columns.follow(env).unwrap_or(false) {
                return Some(f(columns));
            }
            // Who looks at a snapshot may be behind.
            if columns.is_after(env.db(), mark) {
                return None;
            }
        }
        drop(columns);
        if !env.db().cancel().is_set() {
            self.prepare(env);
        }
        None
    }

    /// Begins to load the columns, unless that is being done or was just now.
    pub(crate) fn prepare(&self, env: &Environment) {
        let earliest = *self.earliest.lock().unwrap_or_else(PoisonError::into_inner);
        let is_early = earliest.is_some_and(|earliest| Instant::now() < earliest);
        if is_early || self.is_loading.swap(true, Ordering::AcqRel) {
            return;
        }
        let env = env.clone();
        let loader = thread::Builder::new().name("ticket columns".to_owned());
        let spawned = loader.spawn(move || {
            let memory = env.slot::<Self>();
            let _loading = Loading(memory);
            memory.load(&env);
        });
        if spawned.is_err() {
            self.is_loading.store(false, Ordering::Release);
        }
    }

    fn forget(&self) {
        let columns = self.columns.read().unwrap_or_else(PoisonError::into_inner);
        if columns.is_some() {
            drop(columns);
            *self.columns.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Loads the columns, if they are to be kept.
    pub(crate) fn load(&self, env: &Environment) {
        if !env.config().tracrpc().keep_in_memory {
            return;
        }
        let start = Instant::now();
        // What is behind would only take the memory of what is loaded.
        self.forget();
        let (columns, pause) = match load(env) {
            Ok(Ok(columns)) => (Some(columns), start.elapsed() * PAUSE),
            Ok(Err(Unfit)) => (None, UNFIT_PAUSE),
            Err(error) => {
                tracing::debug!(%error, "the tickets were not loaded");
                (None, FAILURE_PAUSE)
            }
        };
        *self.columns.write().unwrap_or_else(PoisonError::into_inner) = columns;
        let mut earliest = self.earliest.lock().unwrap_or_else(PoisonError::into_inner);
        *earliest = Some(Instant::now() + pause);
    }
}

fn load(env: &Environment) -> Result<Result<TicketColumns, Unfit>> {
    let mark = env.db().change_mark()?;
    TicketColumns::load(env, mark)
}

/// Ends a load, even one that panics.
struct Loading<'a>(&'a TicketMemory);

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        self.0.is_loading.store(false, Ordering::Release);
    }
}
