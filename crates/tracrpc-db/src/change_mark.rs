//! Marks by which caches see that the database changed.

use std::sync::atomic::{AtomicU64, Ordering};

/// The state of a database as seen by a connection; equal marks mean that
/// nothing was committed in between, by any process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChangeMark(Mark);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Mark {
    /// A counter and the number of the connection that keeps it.
    Counter(u64, i64),
    /// A set of visible transactions.
    Snapshot(String),
}

impl ChangeMark {
    pub(crate) fn counter(connection: u64, count: i64) -> ChangeMark {
        ChangeMark(Mark::Counter(connection, count))
    }

    pub(crate) fn snapshot(text: String) -> ChangeMark {
        ChangeMark(Mark::Snapshot(text))
    }

    /// A mark that is equal to no other.
    pub(crate) fn unique() -> ChangeMark {
        ChangeMark::counter(unique_number(), 0)
    }
}

/// A number that this process has not handed out yet.
pub(crate) fn unique_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
