//! Whether what a request asks for is still wanted.
//!
//! A request ends when its time is up, or when its client has gone. Who works for it asks
//! here at each step that is not short, and statements of the database are interrupted.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::{Error, ErrorKind};

/// Whether a request is given up. Clones are the same one.
///
/// ```
/// use std::time::{Duration, Instant};
/// use tracrpc_db::Cancel;
///
/// let cancel = Cancel::at(Instant::now() + Duration::from_secs(60));
/// assert!(!cancel.is_set());
/// cancel.clone().set();
/// assert!(cancel.is_set());
/// ```
#[derive(Clone, Default)]
pub struct Cancel(Option<Arc<Inner>>);

struct Inner {
    is_set: AtomicBool,
    deadline: Instant,
    interrupt: Mutex<Option<Interrupt>>,
}

/// Stops what a connection is doing. May block.
type Interrupt = Box<dyn FnOnce() + Send>;

impl Cancel {
    /// For a request that is given up at `deadline`, or before.
    #[must_use]
    pub fn at(deadline: Instant) -> Cancel {
        Cancel(Some(Arc::new(Inner {
            is_set: AtomicBool::new(false),
            deadline,
            interrupt: Mutex::default(),
        })))
    }

    /// For work that is never given up.
    #[must_use]
    pub fn never() -> Cancel {
        Cancel(None)
    }

    /// Gives the request up. Returns at once.
    pub fn set(&self) {
        let Some(inner) = &self.0 else {
            return;
        };
        inner.is_set.store(true, Ordering::Release);
        if let Some(interrupt) = inner.interrupt().take() {
            let name = "interrupt".to_owned();
            // Without a thread the statement goes on to its end, as it would have anyway.
            let _ = std::thread::Builder::new().name(name).spawn(interrupt);
        }
    }

    /// Whether the request is given up.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| {
            inner.is_set.load(Ordering::Acquire) || Instant::now() >= inner.deadline
        })
    }

    /// Goes on only if the request is not given up.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn check(&self) -> Result<(), Error> {
        match self.is_set() {
            false => Ok(()),
            true => Err(given_up()),
        }
    }

    /// Whether it can ever be set.
    pub(crate) fn is_possible(&self) -> bool {
        self.0.is_some()
    }

    /// Has `interrupt` run if the request is given up before the result is dropped.
    pub(crate) fn interrupting(&self, interrupt: impl FnOnce() + Send + 'static) -> Armed {
        if let Some(inner) = &self.0 {
            *inner.interrupt() = Some(Box::new(interrupt));
        }
        Armed(self.clone())
    }
}

impl Inner {
    fn interrupt(&self) -> MutexGuard<'_, Option<Interrupt>> {
        self.interrupt
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_set()).finish()
    }
}

/// What is said where a request is given up.
pub(crate) fn given_up() -> Error {
    Error::new(ErrorKind::Cancelled, "the request was given up")
}

/// A statement that is interrupted if its request is given up.
pub(crate) struct Armed(Cancel);

impl Armed {
    /// Ends it, and tells whether the statement was, or is about to be, interrupted.
    pub(crate) fn end(self) -> bool {
        let inner = self.0.0.as_ref();
        inner.is_some_and(|inner| inner.interrupt().take().is_none())
    }
}

impl Drop for Armed {
    fn drop(&mut self) {
        if let Some(inner) = &self.0.0 {
            inner.interrupt().take();
        }
    }
}
