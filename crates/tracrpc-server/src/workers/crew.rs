//! The threads of some workers, and those that serve in place of others that wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

use tracrpc_env::StepAside;

use super::client::Client;
use super::queue::{Job, Queue, Share};

/// How many threads may step aside.
const MAX_ASIDE: usize = 64;

/// The threads of some workers.
pub(super) struct Crew {
    name: String,
    state: Mutex<State>,
    /// There may be a job, or nothing to wait for any more.
    changed: Condvar,
}

struct State {
    queue: Queue,
    /// How many threads wait for something else than a job.
    aside: usize,
    /// How many there are that are not needed any more.
    surplus: usize,
    is_closed: bool,
}

impl Crew {
    pub(super) fn new(name: &str, share: Share) -> Self {
        Self {
            name: name.to_owned(),
            state: Mutex::new(State {
                queue: Queue::new(share),
                aside: 0,
                surplus: 0,
                is_closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// How many jobs wait for a thread.
    pub(super) fn waiting(&self) -> usize {
        self.lock().queue.waiting()
    }

    /// How many threads wait for something else than a job.
    pub(super) fn aside(&self) -> usize {
        self.lock().aside
    }

    /// Starts one more thread.
    pub(super) fn hire(self: &Arc<Self>) -> io::Result<()> {
        let crew = Arc::clone(self);
        let builder = thread::Builder::new().name(self.name.clone());
        builder.spawn(move || crew.do_jobs()).map(drop)
    }

    /// Takes a job up, unless too many wait for its client.
    ///
    /// # Errors
    /// The job.
    pub(super) fn take_up(&self, job: Job) -> Result<(), Box<Job>> {
        let mut state = self.lock();
        state.queue.push(job)?;
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Nobody brings jobs any more: the threads end when none are left.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    fn do_jobs(&self) {
        while let Some(job) = self.next_job() {
            let Job { client, work, .. } = job;
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                tracing::error!("a worker panicked");
            }
            self.paused(&client);
        }
    }

    /// None when nobody can bring jobs any more, or the thread is not needed.
    fn next_job(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.surplus > 0 {
                state.surplus -= 1;
                // It may have been this thread that was told of a job.
                self.changed.notify_one();
                return None;
            }
            if let Some(job) = state.queue.pop() {
                return Some(job);
            }
            if state.is_closed {
                return None;
            }
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A job of `client` does not take a thread up any more.
    fn paused(&self, client: &Client) {
        let mut state = self.lock();
        state.queue.paused(client);
        let has_more = state.queue.has_more();
        drop(state);
        if has_more {
            self.changed.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a thread knows of the crew that it belongs to, and of whose job it does.
pub(super) struct Hands {
    pub(super) crew: Arc<Crew>,
    /// Whose job it is, if it counts as that of a client.
    pub(super) client: Option<Client>,
}

impl StepAside for Hands {
    fn step_aside(&self) -> bool {
        let mut state = self.crew.lock();
        if state.aside >= MAX_ASIDE {
            return false;
        }
        if state.surplus > 0 {
            state.surplus -= 1;
        } else if self.crew.hire().is_err() {
            return false;
        }
        state.aside += 1;
        if let Some(client) = &self.client {
            state.queue.paused(client);
        }
        drop(state);
        self.crew.changed.notify_one();
        true
    }

    fn step_back(&self) {
        let mut state = self.crew.lock();
        state.aside -= 1;
        state.surplus += 1;
        if let Some(client) = &self.client {
            state.queue.resumed(client);
        }
        drop(state);
        self.crew.changed.notify_one();
    }
}
