//! What a connection does that finds the file locked by another program.

use std::cell::RefCell;
use std::time::Duration;

use crate::patience::Wait;

/// How long it waits before it looks again, in milliseconds: as SQLite.
const PAUSES: [u64; 12] = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100];

thread_local! {
    static UNDERWAY: RefCell<Option<Underway>> = const { RefCell::new(None) };
}

struct Underway {
    limit: Duration,
    wait: Option<Wait>,
}

/// Statements that may wait, until it is dropped.
pub(super) struct Waiting(Option<Underway>);

/// From now on the thread's statements wait for a lock, for `limit` at most.
pub(super) fn wait_for(limit: Duration) -> Waiting {
    let underway = Underway { limit, wait: None };
    Waiting(UNDERWAY.replace(Some(underway)))
}

impl Drop for Waiting {
    fn drop(&mut self) {
        UNDERWAY.set(self.0.take());
    }
}

/// SQLite's busy handler: called for the `count`th time, waits or gives up.
pub(super) fn handler(count: i32) -> bool {
    UNDERWAY.with_borrow_mut(|underway| {
        let Some(Underway { limit, wait }) = underway else {
            return false;
        };
        if count == 0 {
            *wait = None;
        }
        let wait = wait.get_or_insert_with(|| Wait::begin(*limit));
        let step = usize::try_from(count)
            .unwrap_or_default()
            .min(PAUSES.len() - 1);
        wait.pause(Duration::from_millis(PAUSES[step]))
    })
}
