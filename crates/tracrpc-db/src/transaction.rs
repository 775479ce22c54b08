//! A transaction, and what it leaves in the log of changes.

use std::sync::{Mutex, PoisonError};

use crate::connection::Session;
use crate::watch::{Change, ChangeLog};
use crate::{ChangeMark, Changes, Error, Watched};

/// A transaction, or a part of one; rolled back unless committed.
pub(crate) struct Transaction<'a> {
    session: &'a Session,
    depth: u32,
    open: bool,
}

impl<'a> Transaction<'a> {
    pub(crate) fn begin(session: &'a Session) -> Result<Transaction<'a>, Error> {
        let depth = session.depth.get();
        session.driver.borrow_mut().begin(depth)?;
        session.depth.set(depth + 1);
        Ok(Transaction {
            session,
            depth,
            open: true,
        })
    }

    pub(crate) fn commit(mut self) -> Result<(), Error> {
        self.session.driver.borrow_mut().commit(self.depth)?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        self.session.depth.set(self.depth);
        if self.open {
            // A rollback that fails leaves the connection unusable, which the
            // pool sees; the error that led here is the one to report.
            let _ = self.session.driver.borrow_mut().rollback(self.depth);
        }
    }
}

/// What has to be known of a transaction to tell others what it changed.
///
/// The mark before is taken when nobody else can write any more. The one after
/// is taken when others can write again; but then the connection itself sees
/// whether one did.
pub(crate) struct Recording<'a> {
    session: &'a Session,
    tables: &'static [Watched],
    before: ChangeMark,
    foreign: i64,
    changes: Vec<Change>,
}

impl<'a> Recording<'a> {
    /// Prepares a connection; called before a transaction begins. Where it
    /// fails, nothing is recorded, which leaves the changes unknown.
    pub(crate) fn prepare(session: &Session, tables: &'static [Watched]) -> bool {
        let watch = session.driver.borrow_mut().watch(tables);
        watch.unwrap_or(false)
    }

    /// Called when the transaction has begun.
    pub(crate) fn begin(
        session: &'a Session,
        tables: &'static [Watched],
        mark: impl Fn() -> Result<ChangeMark, Error>,
    ) -> Result<Recording<'a>, Error> {
        Ok(Recording {
            session,
            tables,
            before: mark()?,
            foreign: session.driver.borrow_mut().foreign_commits()?,
            changes: Vec::new(),
        })
    }

    /// Called before the commit; none if too much has changed.
    pub(crate) fn collect(mut self) -> Option<Recording<'a>> {
        match self.session.driver.borrow_mut().watched(self.tables) {
            Ok(Changes::Known(changes)) => self.changes = changes,
            Ok(Changes::Unknown) | Err(_) => return None,
        }
        Some(self)
    }

    /// Called after the commit.
    pub(crate) fn remember(
        self,
        log: &Mutex<ChangeLog>,
        mark: impl Fn() -> Result<ChangeMark, Error>,
    ) -> Result<(), Error> {
        let after = mark()?;
        if self.session.driver.borrow_mut().foreign_commits()? == self.foreign {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.add(self.before, after, self.changes);
        }
        Ok(())
    }
}
