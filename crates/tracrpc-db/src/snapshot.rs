//! Several reads of a thread on one connection, which look at one moment.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use crate::connection::Session;
use crate::{ChangeMark, Error};

/// How long others may have to wait for a look to end before they can write:
/// SQLite without a write-ahead log commits when nobody reads.
const MAX_AGE: Duration = Duration::from_millis(50);

thread_local! {
    /// The numbers of the databases of which this thread wants snapshots.
    static WANTED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Has the reads of the database `number` by this thread share a snapshot.
/// Tells whether they did not yet.
pub(crate) fn want(number: u64) -> bool {
    let is_new = !is_wanted(number);
    if is_new {
        WANTED.with_borrow_mut(|wanted| wanted.push(number));
    }
    is_new
}

/// Ends what [`want`] began.
pub(crate) fn no_longer_want(number: u64) {
    WANTED.with_borrow_mut(|wanted| wanted.retain(|wanted| *wanted != number));
}

/// Whether reads of the database `number` share a snapshot.
pub(crate) fn is_wanted(number: u64) -> bool {
    WANTED.with_borrow(|wanted| wanted.contains(&number))
}

/// The state of a session that takes part in a snapshot.
#[derive(Default)]
pub(crate) struct Look {
    taken: RefCell<Option<Taken>>,
    /// How many reads are nested in one another.
    readers: Cell<u32>,
}

struct Taken {
    mark: ChangeMark,
    since: Instant,
}

/// A read that is under way: the look is not renewed beneath it.
pub(crate) struct Reading<'a>(&'a Look);

impl<'a> Reading<'a> {
    pub(crate) fn begin(session: &'a Session) -> Reading<'a> {
        let look = &session.look;
        look.readers.set(look.readers.get() + 1);
        Reading(look)
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.readers.set(self.0.readers.get() - 1);
    }
}

impl Session {
    /// Looks at the database as it is now, if there is no look yet or one
    /// that has lasted long enough. Returns the mark of what is looked at.
    ///
    /// The mark is taken first: what is read is at least as new.
    pub(crate) fn look(
        &self,
        mark: impl FnOnce() -> Result<ChangeMark, Error>,
    ) -> Result<ChangeMark, Error> {
        if let Some(taken) = self.look.taken.borrow().as_ref()
            && (self.look.readers.get() > 0 || taken.since.elapsed() < MAX_AGE)
        {
            return Ok(taken.mark.clone());
        }
        self.look_away()?;
        let taken = Taken {
            mark: mark()?,
            since: Instant::now(),
        };
        let mark = taken.mark.clone();
        if self.look.readers.get() == 0 {
            self.driver()?.begin_read()?;
            *self.look.taken.borrow_mut() = Some(taken);
        }
        Ok(mark)
    }

    /// Ends the look, if there is one: before a write, and in the end.
    pub(crate) fn look_away(&self) -> Result<(), Error> {
        match self.look.taken.take() {
            Some(_) => self.driver()?.end_read(),
            None => Ok(()),
        }
    }
}
