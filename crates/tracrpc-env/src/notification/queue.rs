//! What is still to be told, and the thread that tells it.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{TicketEvent, deliver};
use crate::environment::Environment;

/// How many events may wait. A mail server that has been away for longer than
/// that costs mail, not memory.
const CAPACITY: usize = 10_000;

/// How long to wait before each further attempt.
const RETRIES: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(15),
    Duration::from_secs(60),
];

/// The events of an environment that are yet to be told.
#[derive(Default)]
pub(crate) struct Outbox {
    sender: OnceLock<Option<SyncSender<Job>>>,
    waiting: Arc<Waiting>,
}

struct Job {
    env: Environment,
    base_url: String,
    event: TicketEvent,
}

/// How many events wait or are being told.
#[derive(Default)]
struct Waiting {
    count: Mutex<usize>,
    changed: Condvar,
}

impl Outbox {
    /// Adds an event. If there are too many already, it is logged and forgotten.
    pub(super) fn put(&self, env: Environment, base_url: String, event: TicketEvent) {
        let Some(sender) = self.sender.get_or_init(|| start(Arc::clone(&self.waiting))) else {
            return;
        };
        let ticket = event.ticket;
        self.waiting.add();
        if let Err(error) = sender.try_send(Job {
            env,
            base_url,
            event,
        }) {
            self.waiting.remove();
            let reason = match error {
                TrySendError::Full(_) => "too many mails wait",
                TrySendError::Disconnected(_) => "the thread that sends mail has ended",
            };
            tracing::error!(ticket.id = ticket, reason, "a mail is given up");
        }
    }

    /// Waits until nothing waits any more, at most for `patience`.
    pub(super) fn finish(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut count = self.waiting.lock();
        while *count > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.waiting.changed.wait_timeout(count, left);
            count = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self) {
        *self.lock() += 1;
    }

    fn remove(&self) {
        *self.lock() -= 1;
        self.changed.notify_all();
    }
}

fn start(waiting: Arc<Waiting>) -> Option<SyncSender<Job>> {
    let (sender, receiver) = sync_channel(CAPACITY);
    let thread = thread::Builder::new().name("mail".to_owned());
    match thread.spawn(move || work(&receiver, &waiting)) {
        Ok(_) => Some(sender),
        Err(error) => {
            tracing::error!(%error, "no thread for mail: none will be sent");
            None
        }
    }
}

/// Ends when the environment is closed.
fn work(receiver: &Receiver<Job>, waiting: &Waiting) {
    while let Ok(job) = receiver.recv() {
        tell(&job);
        // The job may hold the environment's last handle; whoever waits for
        // the count may then be gone too.
        waiting.remove();
    }
}

fn tell(job: &Job) {
    let mut retries = RETRIES.iter();
    loop {
        let Err(error) = deliver(&job.env, &job.base_url, &job.event) else {
            return;
        };
        let ticket = job.event.ticket;
        match retries.next() {
            Some(pause) => {
                tracing::warn!(ticket.id = ticket, %error, "mail could not be sent yet");
                thread::sleep(*pause);
            }
            None => {
                tracing::error!(ticket.id = ticket, %error, "a mail is given up");
                return;
            }
        }
    }
}
