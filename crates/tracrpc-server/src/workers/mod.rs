//! The threads on which everything below HTTP runs.
//!
//! What opens databases and files blocks, so it never runs on the threads
//! that serve connections. The number of threads is bounded; a request waits
//! for one without holding anything but its own body, and takes turns with
//! those of others. Who has to wait for another program that uses the database
//! steps aside: a spare thread serves others meanwhile.

mod client;
mod crew;
mod queue;

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::oneshot;
use tracrpc_env::{Cancel, StepAside, WaitBudget};

use self::crew::{Crew, Hands};
use self::queue::Job;

pub(crate) use self::client::{Client, network};
pub(crate) use self::queue::Share;

/// Some threads for work that blocks.
///
/// They are always the same ones: what work leaves behind in a thread's part
/// of the memory, the next work there takes up.
#[derive(Clone)]
pub(crate) struct Workers {
    employer: Arc<Employer>,
    /// How many threads there are when none is aside.
    count: usize,
    underway: Arc<Underway>,
}

/// What some workers have to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// How many threads there are, besides those that wait for others.
    pub(crate) threads: usize,
    /// How many jobs there are that have not ended.
    pub(crate) jobs: usize,
    /// How many of them wait for a thread.
    pub(crate) waiting: usize,
    /// How many threads wait for others, in whose place spare ones work.
    pub(crate) aside: usize,
}

/// Who brings jobs to a crew. When there is nobody any more, its threads end.
struct Employer(Arc<Crew>);

impl Drop for Employer {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// How many jobs there are that have not ended.
#[derive(Default)]
struct Underway {
    count: Mutex<usize>,
    ended: Condvar,
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoResult {
    /// The work panicked; what it says was logged.
    Panicked,
    /// As much of this client's waits as may.
    TooMany,
}

impl Workers {
    /// Starts `count` threads, of which each client may have a share.
    ///
    /// # Errors
    /// The system has no threads to give.
    pub(crate) fn start(name: &str, count: usize, share: Share) -> io::Result<Self> {
        let crew = Arc::new(Crew::new(name, share));
        let employer = Arc::new(Employer(Arc::clone(&crew)));
        for _ in 0..count {
            crew.hire()?;
        }
        Ok(Self {
            employer,
            count,
            underway: Arc::default(),
        })
    }

    /// What there is to do, and who does it.
    pub(crate) fn load(&self) -> Load {
        Load {
            threads: self.count,
            jobs: *self.underway.count(),
            waiting: self.employer.0.waiting(),
            aside: self.employer.0.aside(),
        }
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

    /// Runs `job` for `client` on one of the threads, with a budget for its waits for
    /// databases. When `cancel` is set it is not begun, and ends soon if it was.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        client: Client,
        cancel: Cancel,
        job: impl FnOnce(WaitBudget) -> T + Send + 'static,
    ) -> Result<T, NoResult> {
        let (done, result) = oneshot::channel();
        let given_up = cancel.clone();
        let sent = self.bring(client, cancel, move |budget| {
            if !given_up.is_set() && !done.is_closed() {
                let _ = done.send(job(budget));
            }
        });
        sent?;
        result.await.map_err(|_| NoResult::Panicked)
    }

    /// Runs `job` on one of the threads, whoever waits for it.
    ///
    /// # Errors
    /// Too many wait.
    pub(crate) fn send(
        &self,
        job: impl FnOnce(WaitBudget) + Send + 'static,
    ) -> Result<(), NoResult> {
        self.bring(Client::Server, Cancel::never(), job)
    }

    fn bring(
        &self,
        client: Client,
        cancel: Cancel,
        job: impl FnOnce(WaitBudget) + Send + 'static,
    ) -> Result<(), NoResult> {
        let span = tracing::Span::current();
        let underway = Counted::begin(&self.underway);
        let aside = self.hands(Some(client.clone()));
        let sent = Instant::now();
        let until = cancel.clone();
        let work = move || {
            let _underway = underway;
            let budget = WaitBudget::new(sent.elapsed(), aside).until(until);
            span.in_scope(|| job(budget));
        };
        let job = Job {
            client,
            cancel,
            work: Box::new(work),
        };
        let taken = self.employer.0.take_up(job);
        taken.map_err(|_| NoResult::TooMany)
    }

    /// What a thread of these is told when it has to wait for long.
    pub(crate) fn aside(&self) -> Arc<dyn StepAside> {
        self.hands(None)
    }

    fn hands(&self, client: Option<Client>) -> Arc<dyn StepAside> {
        let crew = Arc::clone(&self.employer.0);
        Arc::new(Hands { crew, client })
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
