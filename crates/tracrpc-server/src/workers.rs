//! The threads on which everything below HTTP runs.
//!
//! What opens databases and files blocks, so it never runs on the threads
//! that serve connections. The number of threads is bounded; a request waits
//! for one without holding anything but its own body.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use std::{io, thread};

use tokio::sync::oneshot;

/// Some threads for work that blocks.
///
/// They are always the same ones: what work leaves behind in a thread's part
/// of the memory, the next work there takes up.
#[derive(Clone)]
pub(crate) struct Workers {
    jobs: Sender<Job>,
    underway: Arc<Underway>,
}

/// How many jobs there are that have not ended.
#[derive(Default)]
struct Underway {
    count: Mutex<usize>,
    ended: Condvar,
}

type Job = Box<dyn FnOnce() + Send>;

/// The work panicked; what it says was logged.
#[derive(Debug)]
pub(crate) struct Panicked;

impl Workers {
    /// Starts `count` threads.
    ///
    /// # Errors
    /// The system has no threads to give.
    pub(crate) fn start(name: &str, count: usize) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..count {
            let waiting = Arc::clone(&waiting);
            let builder = thread::Builder::new().name(name.to_owned());
            builder.spawn(move || do_jobs(&waiting))?;
        }
        Ok(Self {
            jobs,
            underway: Arc::default(),
        })
    }

    /// Waits until no job runs, or until `deadline`.
    pub(crate) fn finish(&self, deadline: Instant) {
        let left = deadline.saturating_duration_since(Instant::now());
        let count = self.underway.count();
        // Either way there is nothing more to be done.
        let _ = self
            .underway
            .ended
            .wait_timeout_while(count, left, |count| *count > 0);
    }

    /// Runs `job` on one of the threads. Once it has begun it runs to its end,
    /// even if nobody waits for its result any more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Panicked> {
        let (done, result) = oneshot::channel();
        let span = tracing::Span::current();
        let underway = Counted::begin(&self.underway);
        let job = move || {
            let _underway = underway;
            if done.is_closed() {
                return;
            }
            match catch_unwind(AssertUnwindSafe(|| span.in_scope(job))) {
                Ok(result) => drop(done.send(result)),
                Err(_) => tracing::error!("a worker panicked"),
            }
        };
        self.jobs.send(Box::new(job)).map_err(|_| Panicked)?;
        result.await.map_err(|_| Panicked)
    }
}

impl Underway {
    fn count(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts as a job that is underway until it is dropped.
struct Counted(Arc<Underway>);

impl Counted {
    fn begin(underway: &Arc<Underway>) -> Self {
        *underway.count() += 1;
        Self(Arc::clone(underway))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        *self.0.count() -= 1;
        self.0.ended.notify_all();
    }
}

/// Ends when nobody can send jobs any more.
fn do_jobs(waiting: &Mutex<Receiver<Job>>) {
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        match next {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}
