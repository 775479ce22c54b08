//! How much memory may be taken by what is kept of environments.
//!
//! What is kept only makes answers faster: whoever gets no memory asks the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::environment::Environment;

/// Bounds what is kept of all environments of a process together. An
/// [extension](crate::Extensions) of each of them.
#[derive(Debug)]
pub struct MemoryBudget {
    limit: usize,
    taken: AtomicUsize,
}

impl MemoryBudget {
    /// A budget of `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            taken: AtomicUsize::new(0),
        }
    }

    /// How many bytes there are in all.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// How many bytes are taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Takes `more` bytes, and tells whether there were as many.
    fn take(&self, more: usize, limit: usize) -> bool {
        let sum = |taken: usize| taken.checked_add(more).filter(|sum| *sum <= limit);
        self.taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum)
            .is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// A part of the memory for what is kept of an environment: of that which
/// `[tracrpc] memory` grants it, and of the [`MemoryBudget`] of all. Given back when
/// it is dropped.
#[derive(Debug, Default)]
pub struct MemoryShare {
    bytes: usize,
    /// What the bytes were taken from.
    budgets: Vec<Arc<MemoryBudget>>,
}

/// What is taken for one environment.
struct OwnBudget(Arc<MemoryBudget>);

impl Default for OwnBudget {
    fn default() -> Self {
        Self(Arc::new(MemoryBudget::new(usize::MAX)))
    }
}

impl Environment {
    /// A share of the memory for what is kept of this environment: none if there is
    /// not so much left.
    #[must_use]
    pub fn memory(&self, bytes: usize) -> Option<MemoryShare> {
        let mut share = MemoryShare::default();
        share.resize(self, bytes).then_some(share)
    }
}

impl MemoryShare {
    /// Makes the share one of `bytes`, and tells whether that could be. If not, it
    /// stays as it was.
    pub fn resize(&mut self, env: &Environment, bytes: usize) -> bool {
        if bytes <= self.bytes {
            self.give_back(self.bytes - bytes);
            return bytes <= env.config().tracrpc().memory();
        }
        if self.budgets.is_empty() {
            self.budgets.push(Arc::clone(&env.slot::<OwnBudget>().0));
            self.budgets
                .extend_from_slice(env.extensions().of::<MemoryBudget>());
        }
        let more = bytes - self.bytes;
        for (place, budget) in self.budgets.iter().enumerate() {
            let limit = match place {
                0 => env.config().tracrpc().memory(),
                _ => budget.limit,
            };
            if !budget.take(more, limit) {
                for taken in &self.budgets[..place] {
                    taken.give_back(more);
                }
                return false;
            }
        }
        self.bytes = bytes;
        true
    }

    fn give_back(&mut self, bytes: usize) {
        for budget in &self.budgets {
            budget.give_back(bytes);
        }
        self.bytes -= bytes;
    }
}

impl Drop for MemoryShare {
    fn drop(&mut self) {
        self.give_back(self.bytes);
    }
}
