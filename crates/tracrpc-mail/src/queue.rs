//! The mail that is still to be sent, and the thread that sends it.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tracrpc_env::Environment;

use super::letter::Letter;
use super::transport;

/// How many mails may wait. A mail server that has been away for longer than
/// that costs mail, not memory.
const CAPACITY: usize = 10_000;

/// How many bytes they may have together. A mail with a description of ten
/// megabytes takes as much.
const CAPACITY_IN_BYTES: usize = 64 << 20;

/// How long to wait before each further attempt.
const RETRIES: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(15),
    Duration::from_secs(60),
];

/// The mail of an environment that is yet to be sent.
#[derive(Default)]
pub(super) struct Outbox {
    sender: OnceLock<Option<SyncSender<Job>>>,
    waiting: Arc<Waiting>,
}

struct Job {
    env: Environment,
    letter: Letter,
}

/// How many mails wait or are being sent, and how many bytes they have.
#[derive(Default)]
struct Waiting {
    amount: Mutex<Amount>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default)]
struct Amount {
    mails: usize,
    bytes: usize,
    given_up: u64,
}

/// What there is to do for an environment's mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailLoad {
    /// How many mails wait or are being sent.
    pub waiting: usize,
    /// How many bytes they have.
    pub waiting_bytes: usize,
    /// How many were given up since the environment was opened.
    pub given_up: u64,
}

impl Outbox {
    /// Adds a mail. If there are too many already, it is logged and forgotten.
    pub(super) fn put(&self, env: &Environment, letter: Letter) {
        let Some(sender) = self.sender.get_or_init(|| start(Arc::clone(&self.waiting))) else {
            return;
        };
        let ticket = letter.ticket;
        let env = env.clone();
        let bytes = letter.bytes();
        if !self.waiting.add(bytes) {
            self.waiting.give_up();
            let reason = "the mails that wait are too large";
            return tracing::error!(ticket.id = ticket, reason, "a mail is given up");
        }
        if let Err(error) = sender.try_send(Job { env, letter }) {
            self.waiting.remove(bytes);
            self.waiting.give_up();
            let reason = match error {
                TrySendError::Full(_) => "too many mails wait",
                TrySendError::Disconnected(_) => "the thread that sends mail has ended",
            };
            tracing::error!(ticket.id = ticket, reason, "a mail is given up");
        }
    }

    /// What there is to do.
    pub(super) fn load(&self) -> MailLoad {
        let amount = *self.waiting.lock();
        MailLoad {
            waiting: amount.mails,
            waiting_bytes: amount.bytes,
            given_up: amount.given_up,
        }
    }

    /// Waits until nothing waits any more, at most for `patience`.
    pub(super) fn finish(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut amount = self.waiting.lock();
        while amount.mails > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.waiting.changed.wait_timeout(amount, left);
            amount = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Amount> {
        self.amount.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a mail in, if there is room for it. For one alone there always is.
    fn add(&self, bytes: usize) -> bool {
        let mut amount = self.lock();
        let has_room = amount.mails == 0 || amount.bytes.saturating_add(bytes) <= CAPACITY_IN_BYTES;
        if has_room {
            amount.mails += 1;
            amount.bytes += bytes;
        }
        has_room
    }

    fn give_up(&self) {
        self.lock().given_up += 1;
    }

    fn remove(&self, bytes: usize) {
        let mut amount = self.lock();
        amount.mails -= 1;
        amount.bytes -= bytes;
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
        let bytes = job.letter.bytes();
        if !send(&job) {
            waiting.give_up();
        }
        // The job may hold the environment's last handle; whoever waits for
        // the count may then be gone too.
        waiting.remove(bytes);
    }
}

fn hand_over(job: &Job) -> transport::Handed {
    transport::send(&job.env.config(), &job.env.extensions(), &job.letter.mail)
}

/// Whether the mail is sent in the end.
fn send(job: &Job) -> bool {
    let mut retries = RETRIES.iter();
    loop {
        let Err(error) = hand_over(job) else {
            return true;
        };
        let ticket = job.letter.ticket;
        match retries.next().filter(|_| error.may_pass) {
            Some(pause) => {
                tracing::warn!(ticket.id = ticket, %error, "mail could not be sent yet");
                thread::sleep(*pause);
            }
            None => {
                tracing::error!(ticket.id = ticket, %error, "a mail is given up");
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_wait_up_to_so_many_bytes() {
        let waiting = Waiting::default();
        assert!(waiting.add(2 * CAPACITY_IN_BYTES), "one alone");
        assert!(!waiting.add(1));
        waiting.remove(2 * CAPACITY_IN_BYTES);
        assert!(waiting.add(CAPACITY_IN_BYTES - 10));
        assert!(!waiting.add(11));
        assert!(waiting.add(10));
        assert!(!waiting.add(1));
        waiting.remove(10);
        assert!(waiting.add(1));
        assert_eq!(waiting.lock().mails, 2);
    }
}
