//! The threads on which everything below HTTP runs.
//!
//! What opens databases and files blocks, so it never runs on the threads
//! that serve connections. The number of threads is bounded; a request waits
//! for one without holding anything but its own body. Who has to wait for
//! another program that uses the database steps aside: a spare thread serves
//! others meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use std::{io, thread};

use tokio::sync::oneshot;
use tracrpc_env::{StepAside, WaitBudget};

/// How many threads may step aside.
const MAX_ASIDE: usize = 64;

/// Some threads for work that blocks.
///
/// They are always the same ones: what work leaves behind in a thread's part
/// of the memory, the next work there takes up.
#[derive(Clone)]
pub(crate) struct Workers {
    jobs: Sender<Job>,
    crew: Arc<Crew>,
    underway: Arc<Underway>,
}

/// What some workers have to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// How many threads there are, besides those that wait for others.
    pub(crate) threads: usize,
    /// How many jobs there are that have not ended.
    pub(crate) jobs: usize,
    /// How many threads wait for others, in whose place spare ones work.
    pub(crate) aside: usize,
}

/// The threads of some workers.
struct Crew {
    name: String,
    /// How many they are when none is aside.
    count: usize,
    jobs: Mutex<Receiver<Job>>,
    spare: Mutex<Spare>,
}

/// The threads that serve in place of those that wait.
#[derive(Default)]
struct Spare {
    aside: usize,
    /// How many there are that are not needed any more.
    surplus: usize,
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
        let crew = Arc::new(Crew {
            name: name.to_owned(),
            count,
            jobs: Mutex::new(waiting),
            spare: Mutex::default(),
        });
        for _ in 0..count {
            crew.hire()?;
        }
        Ok(Self {
            jobs,
            crew,
            underway: Arc::default(),
        })
    }

    /// What there is to do, and who does it.
    pub(crate) fn load(&self) -> Load {
        Load {
            threads: self.crew.count,
            jobs: *self.underway.count(),
            aside: self.crew.spare().aside,
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

    /// Runs `job` on one of the threads, with a budget for its waits for databases.
    /// Once it has begun it runs to its end, even if nobody waits for its result
    /// any more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(WaitBudget) -> T + Send + 'static,
    ) -> Result<T, Panicked> {
        let (done, result) = oneshot::channel();
        let sent = self.send(move |budget| {
            if !done.is_closed() {
                let _ = done.send(job(budget));
            }
        });
        sent?;
        result.await.map_err(|_| Panicked)
    }

    /// Runs `job` on one of the threads, whoever waits for it.
    ///
    /// # Errors
    /// There are no threads any more.
    pub(crate) fn send(
        &self,
        job: impl FnOnce(WaitBudget) + Send + 'static,
    ) -> Result<(), Panicked> {
        let span = tracing::Span::current();
        let underway = Counted::begin(&self.underway);
        let aside = self.aside();
        let sent = Instant::now();
        let job = move || {
            let _underway = underway;
            let budget = WaitBudget::new(sent.elapsed(), aside);
            let job = || job(budget);
            if catch_unwind(AssertUnwindSafe(|| span.in_scope(job))).is_err() {
                tracing::error!("a worker panicked");
            }
        };
        self.jobs.send(Box::new(job)).map_err(|_| Panicked)
    }

    /// What a thread of these is told when it has to wait for long.
    pub(crate) fn aside(&self) -> Arc<dyn StepAside> {
        Arc::new(Hands(Arc::clone(&self.crew)))
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

impl Crew {
    /// Starts one more thread.
    fn hire(self: &Arc<Self>) -> io::Result<()> {
        let crew = Arc::clone(self);
        let builder = thread::Builder::new().name(self.name.clone());
        builder.spawn(move || crew.do_jobs()).map(drop)
    }

    /// SocketAddresses when nobody can send jobs any more, or the thread is not needed.
    fn do_jobs(&self) {
        while let Some(job) = self.next_job() {
            job();
        }
    }

    fn next_job(&self) -> Option<Job> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut spare = self.spare();
        if spare.surplus > 0 {
            spare.surplus -= 1;
            return None;
        }
        drop(spare);
        jobs.recv().ok()
    }

    fn spare(&self) -> MutexGuard<'_, Spare> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StepAside for Hands {
    fn step_aside(&self) -> bool {
        let mut spare = self.0.spare();
        if spare.aside >= MAX_ASIDE {
            return false;
        }
        if spare.surplus > 0 {
            spare.surplus -= 1;
        } else if self.0.hire().is_err() {
            return false;
        }
        spare.aside += 1;
        true
    }

    fn step_back(&self) {
        let mut spare = self.0.spare();
        spare.aside -= 1;
        spare.surplus += 1;
    }
}

/// What a thread knows of the crew that it belongs to.
struct Hands(Arc<Crew>);
