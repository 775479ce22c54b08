//! How much work lexers may still do.

use std::cell::Cell;

/// There is too much to do: the rest has no colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

/// Steps that are left: a step is about a comparison of a character.
#[derive(Debug)]
pub(crate) struct Budget(Cell<u64>);

impl Budget {
    pub(crate) fn new(steps: u64) -> Self {
        Budget(Cell::new(steps))
    }

    /// More steps, for more text.
    pub(crate) fn add(&self, steps: u64) {
        self.0.set(self.0.get().saturating_add(steps));
    }

    /// No more steps than so many are kept for what comes.
    pub(crate) fn limit(&self, steps: u64) {
        self.0.set(self.0.get().min(steps));
    }

    /// Takes steps off.
    ///
    /// # Errors
    /// There are not as many left.
    #[inline]
    pub(crate) fn take(&self, steps: u64) -> Result<(), Exhausted> {
        match self.0.get().checked_sub(steps) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => {
                self.0.set(0);
                Err(Exhausted)
            }
        }
    }
}
