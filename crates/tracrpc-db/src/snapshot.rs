//! Several reads on one connection, which look at one moment.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::connection::Checkout;
use crate::{ChangeMark, Error};

/// How long others may have to wait for a look to end before they can write:
/// SQLite without a write-ahead log commits when nobody reads.
const MAX_AGE: Duration = Duration::from_millis(50);

/// The state of a connection that takes part in a snapshot.
#[derive(Default)]
pub(crate) struct Look {
    taken: Mutex<Option<Taken>>,
    /// How many reads are nested in one another.
    readers: AtomicU32,
}

impl Look {
    fn taken(&self) -> MutexGuard<'_, Option<Taken>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_read(&self) -> bool {
        self.readers.load(Ordering::Relaxed) > 0
    }
}

struct Taken {
    mark: ChangeMark,
    since: Instant,
}

/// A read that is under way: the look is not renewed beneath it.
pub(crate) struct Reading<'a>(&'a Look);

impl<'a> Reading<'a> {
    pub(crate) fn begin(checkout: &'a Checkout) -> Reading<'a> {
        checkout.look.readers.fetch_add(1, Ordering::Relaxed);
        Reading(&checkout.look)
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.readers.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Checkout {
    /// Looks at the database as it is now, if there is no look yet or one
    /// that has lasted long enough. Returns the mark of what is looked at.
    ///
    /// The mark is taken first: what is read is at least as new.
    pub(crate) fn look(
        &self,
        mark: impl FnOnce() -> Result<ChangeMark, Error>,
    ) -> Result<ChangeMark, Error> {
        if let Some(taken) = self.look.taken().as_ref()
            && (self.look.is_read() || taken.since.elapsed() < MAX_AGE)
        {
            return Ok(taken.mark.clone());
        }
        self.look_away()?;
        let taken = Taken {
            mark: mark()?,
            since: Instant::now(),
        };
        let mark = taken.mark.clone();
        if !self.look.is_read() {
            self.driver()?.begin_read()?;
            *self.look.taken() = Some(taken);
        }
        Ok(mark)
    }

    /// Ends the look, if there is one: before a write, and in the end.
    pub(crate) fn look_away(&self) -> Result<(), Error> {
        let taken = self.look.taken().take();
        match taken {
            Some(_) => self.driver()?.end_read(),
            None => Ok(()),
        }
    }
}
