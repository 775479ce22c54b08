//! How long a thread waits for a client.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tracrpc_env::StepAside;

/// A wait that is longer makes the thread step aside.
const SHORT: Duration = Duration::from_millis(10);

/// For so many bytes a client may take as long as for all of a small body. Who is slower
/// than that for long is not waited for.
const SHARE: u64 = 1024 * 1024;

/// How long a thread waits for one client, all in all.
pub(crate) struct Patience {
    /// Has another thread serve others while this one waits.
    aside: Arc<dyn StepAside>,
    /// How long for each share of bytes.
    time: Duration,
    waited: Duration,
    /// When it ends in any case.
    end: Instant,
}

impl Patience {
    pub(crate) fn new(aside: Arc<dyn StepAside>, time: Duration, end: Instant) -> Self {
        Self {
            aside,
            time,
            waited: Duration::ZERO,
            end,
        }
    }

    /// What `future` becomes. None if that takes too long, where `moved` bytes have come
    /// or gone so far.
    pub(crate) fn wait<F: Future>(&mut self, moved: u64, future: F) -> Option<F::Output> {
        let shares = u32::try_from(moved / SHARE).unwrap_or(u32::MAX);
        let allowed = self.time.saturating_mul(shares.saturating_add(1));
        let start = Instant::now();
        let end = self.end.min(start + allowed.saturating_sub(self.waited));
        let mut future = pin!(future);
        let mut done = wait_until(future.as_mut(), end.min(start + SHORT));
        if done.is_none() {
            let is_aside = self.aside.step_aside();
            done = wait_until(future, end);
            if is_aside {
                self.aside.step_back();
            }
        }
        self.waited += start.elapsed();
        done
    }
}

/// Blocks the thread until the future is ready, or until `end`. (Not by the runtime: its
/// timers panic once it is shut down.)
fn wait_until<F: Future>(mut future: Pin<&mut F>, end: Instant) -> Option<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return Some(done);
        }
        let left = end.checked_duration_since(Instant::now())?;
        thread::park_timeout(left);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl StepAside for Count {
        fn step_aside(&self) -> bool {
            self.0.fetch_add(1, Ordering::Relaxed);
            true
        }

        fn step_back(&self) {
            self.0.fetch_add(100, Ordering::Relaxed);
        }
    }

    const TIME: Duration = Duration::from_millis(60);

    fn patience(whole: Duration) -> (Arc<Count>, Patience) {
        let count = Arc::new(Count::default());
        let patience = Patience::new(count.clone(), TIME, Instant::now() + whole);
        (count, patience)
    }

    #[test]
    fn who_waits_steps_aside_and_comes_back() {
        let (count, mut patience) = patience(TIME * 10);
        assert_eq!(patience.wait(0, ready(1)), Some(1));
        assert_eq!(count.0.load(Ordering::Relaxed), 0);
        assert_eq!(patience.wait(0, pending::<()>()), None);
        assert_eq!(count.0.load(Ordering::Relaxed), 101);
    }

    #[test]
    fn patience_grows_with_what_has_come_and_has_an_end() {
        let (_, mut patience) = patience(TIME * 2);
        assert_eq!(patience.wait(0, pending::<()>()), None);
        let start = Instant::now();
        assert_eq!(patience.wait(0, pending::<()>()), None);
        assert!(start.elapsed() < TIME / 2, "it is used up");
        assert_eq!(patience.wait(5 * SHARE, pending::<()>()), None);
        assert!(start.elapsed() >= TIME / 2, "there is more for more bytes");
        assert!(start.elapsed() < TIME * 3, "but not without end");
    }
}
