//! How much work lexers may still do.

use std::cell::Cell;

/// There is too much to do: the rest has no colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

/// Steps that are left: a step is about a comparison of a character.
#[derive(Debug)]
pub(crate) struct Budget {
    now: Cell<u64>,
    /// How many can still be added.
    later: Cell<u64>,
}

impl Budget {
    /// So many steps, and no more than `most` in all, whatever is added.
    pub(crate) fn new(steps: u64, most: u64) -> Self {
        Budget {
            now: Cell::new(steps),
            later: Cell::new(most.saturating_sub(steps)),
        }
    }

    /// More steps, for more text.
    pub(crate) fn add(&self, steps: u64) {
        let steps = steps.min(self.later.get());
        self.later.set(self.later.get() - steps);
        self.now.set(self.now.get().saturating_add(steps));
    }

    /// No more steps than so many are kept for what comes at once. The others can be added again.
    pub(crate) fn limit(&self, steps: u64) {
        let more = self.now.get().saturating_sub(steps);
        self.now.set(self.now.get() - more);
        self.later.set(self.later.get().saturating_add(more));
    }

    /// Takes steps off.
    ///
    /// # Errors
    /// There are not as many left.
    #[inline]
    pub(crate) fn take(&self, steps: u64) -> Result<(), Exhausted> {
        match self.now.get().checked_sub(steps) {
            Some(left) => {
                self.now.set(left);
                Ok(())
            }
            None => {
                self.now.set(0);
                Err(Exhausted)
            }
        }
    }
}
