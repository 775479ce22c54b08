//! The limits of one request, as they are used up.

use crate::{Error, Limits};

/// What a decoder may still spend.
pub(crate) struct Budget {
    depth: usize,
    values: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Budget {
            depth: limits.depth.min(Limits::MAX_DEPTH),
            values: limits.values,
        }
    }

    /// Pays for a value at `depth`, where 1 is that of an argument.
    pub(crate) fn take(&mut self, depth: usize) -> Result<(), Error> {
        if depth > self.depth {
            return Err(Error::new(format!(
                "values nest deeper than {}",
                self.depth
            )));
        }
        let left = self.values.checked_sub(1);
        self.values = left.ok_or_else(|| Error::new("too many values"))?;
        Ok(())
    }
}
