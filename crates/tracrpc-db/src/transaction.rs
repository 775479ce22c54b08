//! A transaction, and what it leaves in the log of changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::connection::Checkout;
use crate::driver::Driver;
use crate::watch::{Change, ChangeLog};
use crate::{ChangeMark, Changes, Error, Watched};

/// A transaction, or a part of one; rolled back unless committed.
pub(crate) struct Transaction<'a> {
    checkout: &'a Checkout,
    depth: u32,
    open: bool,
}

impl<'a> Transaction<'a> {
    pub(crate) fn begin(checkout: &'a Checkout) -> Result<Transaction<'a>, Error> {
        let depth = checkout.depth();
        checkout.driver()?.begin(depth)?;
        checkout.set_depth(depth + 1);
        Ok(Transaction {
            checkout,
            depth,
            open: true,
        })
    }

    pub(crate) fn commit(mut self) -> Result<(), Error> {
        self.checkout.driver()?.commit(self.depth)?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        self.checkout.set_depth(self.depth);
        if self.open {
            // A rollback that fails leaves the connection unusable, which the
            // pool sees; the error that led here is the one to report.
            let _ = self
                .checkout
                .driver()
                .and_then(|mut driver| driver.rollback(self.depth));
        }
    }
}

/// What has to be known of a transaction to tell others what it changed.
///
/// The mark before is taken when nobody else can write any more. The one after
/// is taken when others can write again; but then the connection itself sees
/// whether one did.
pub(crate) struct Recording<'a> {
    checkout: &'a Checkout,
    tables: &'a [Watched],
    before: ChangeMark,
    foreign: i64,
    changes: Vec<Change>,
}

impl<'a> Recording<'a> {
    /// Prepares a connection; called before a transaction begins. Where it
    /// fails, nothing is recorded, which leaves the changes unknown.
    pub(crate) fn prepare(checkout: &Checkout, tables: &[Watched]) -> bool {
        let watch = |mut driver: MutexGuard<'_, Box<dyn Driver>>| driver.watch(tables);
        checkout.driver().and_then(watch).unwrap_or(false)
    }

    /// Called when the transaction has begun.
    pub(crate) fn begin(
        checkout: &'a Checkout,
        tables: &'a [Watched],
        mark: impl Fn() -> Result<ChangeMark, Error>,
    ) -> Result<Recording<'a>, Error> {
        Ok(Recording {
            checkout,
            tables,
            before: mark()?,
            foreign: checkout.driver()?.foreign_commits()?,
            changes: Vec::new(),
        })
    }

    /// Called before the commit; none if too much has changed.
    pub(crate) fn collect(mut self) -> Option<Recording<'a>> {
        match self.checkout.driver().ok()?.watched(self.tables) {
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
        if self.checkout.driver()?.foreign_commits()? == self.foreign {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.add(self.before, after, self.changes);
        }
        Ok(())
    }
}
