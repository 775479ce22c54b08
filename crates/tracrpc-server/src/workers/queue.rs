//! What waits for a thread: a line for each client, which are taken in turn.

use std::collections::{HashMap, VecDeque};

use tracrpc_env::Cancel;

use super::client::Client;

/// Some work for a client.
pub(super) struct Job {
    pub(super) client: Client,
    /// Whether it is still wanted.
    pub(super) cancel: Cancel,
    pub(super) work: Box<dyn FnOnce() + Send>,
}

/// How much one client may have of some threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// How many threads at a time.
    pub(crate) at_once: usize,
    /// How many jobs may wait for them.
    pub(crate) waiting: usize,
}

impl Share {
    /// As much as there is.
    pub(crate) const ALL: Self = Self {
        at_once: usize::MAX,
        waiting: usize::MAX,
    };
}

/// The jobs that wait, and how many of each client run.
pub(super) struct Queue {
    share: Share,
    lines: HashMap<Client, Line>,
    /// Those for whom something waits; the first has waited longest for a turn.
    turns: VecDeque<Client>,
}

/// The jobs of one client.
#[derive(Default)]
struct Line {
    waiting: VecDeque<Job>,
    running: usize,
}

impl Line {
    /// Whether one more may wait. Those do not count for which a thread is about to come.
    fn has_room(&self, share: Share) -> bool {
        let begun = self.running.saturating_add(self.waiting.len());
        begun < share.waiting.saturating_add(share.at_once)
    }
}

impl Queue {
    /// How many jobs wait.
    pub(super) fn waiting(&self) -> usize {
        self.lines.values().map(|line| line.waiting.len()).sum()
    }

    pub(super) fn new(share: Share) -> Self {
        Self {
            share,
            lines: HashMap::new(),
            turns: VecDeque::new(),
        }
    }

    /// Takes a job up, unless as much waits for its client as may.
    ///
    /// # Errors
    /// The job.
    pub(super) fn push(&mut self, job: Job) -> Result<(), Box<Job>> {
        let line = self.lines.entry(job.client.clone()).or_default();
        if !line.has_room(self.share) {
            line.waiting.retain(|job| !job.cancel.is_set());
        }
        if !line.has_room(self.share) {
            return Err(Box::new(job));
        }
        if line.waiting.is_empty() && !self.turns.contains(&job.client) {
            self.turns.push_back(job.client.clone());
        }
        line.waiting.push_back(job);
        Ok(())
    }

    /// The next job: of the client whose turn it is, or of the next one that has not as many
    /// threads as it may. It runs from now on.
    pub(super) fn pop(&mut self) -> Option<Job> {
        let may_run = |client: &Client| {
            let line = self.lines.get(client);
            line.is_some_and(|line| line.running < self.share.at_once)
        };
        let place = self.turns.iter().position(may_run)?;
        let client = self.turns.remove(place)?;
        let line = self.lines.get_mut(&client)?;
        let job = line.waiting.pop_front();
        line.running += usize::from(job.is_some());
        if !line.waiting.is_empty() {
            self.turns.push_back(client);
        }
        job
    }

    /// Whether there is a job that could run if there were a thread.
    pub(super) fn has_more(&self) -> bool {
        let may_run = |client: &Client| {
            let line = self.lines.get(client);
            line.is_some_and(|line| line.running < self.share.at_once)
        };
        self.turns.iter().any(may_run)
    }

    /// A job of this client takes a thread up again.
    pub(super) fn resumed(&mut self, client: &Client) {
        self.lines.entry(client.clone()).or_default().running += 1;
    }

    /// A job of this client does not take a thread up any more.
    pub(super) fn paused(&mut self, client: &Client) {
        let Some(line) = self.lines.get_mut(client) else {
            return;
        };
        line.running = line.running.saturating_sub(1);
        if line.running == 0 && line.waiting.is_empty() {
            self.lines.remove(client);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn user(name: &str) -> Client {
        Client::User {
            environment: None,
            name: name.to_owned(),
        }
    }

    fn job(name: &str) -> Job {
        Job {
            client: user(name),
            cancel: Cancel::at(Instant::now() + std::time::Duration::from_secs(3600)),
            work: Box::new(|| {}),
        }
    }

    fn queue(at_once: usize, waiting: usize, jobs: &[&str]) -> Queue {
        let mut queue = Queue::new(Share { at_once, waiting });
        for name in jobs {
            queue.push(job(name)).ok().unwrap();
        }
        queue
    }

    fn popped(queue: &mut Queue) -> String {
        let jobs = std::iter::from_fn(|| queue.pop());
        let names = jobs.map(|job| match job.client {
            Client::User { name, .. } => name,
            client => format!("{client:?}"),
        });
        names.collect()
    }

    #[test]
    fn clients_take_turns() {
        let check = |at_once, jobs: &[&str], expected: &str| {
            assert_eq!(popped(&mut queue(at_once, 9, jobs)), expected, "{jobs:?}");
        };
        check(9, &["a", "a", "a", "b", "c", "c"], "abcaca");
        check(1, &["a", "a", "a", "b", "c", "c"], "abc");
        check(2, &["a", "a", "a"], "aa");
        check(1, &[], "");
    }

    #[test]
    fn what_ends_makes_room() {
        let mut queue = queue(1, 9, &["a", "a", "a"]);
        assert_eq!(popped(&mut queue), "a");
        assert!(!queue.has_more());
        queue.paused(&user("a"));
        assert!(queue.has_more());
        assert_eq!(popped(&mut queue), "a");
        queue.push(job("b")).ok().unwrap();
        assert_eq!(popped(&mut queue), "b");
        queue.paused(&user("a"));
        queue.paused(&user("b"));
        assert_eq!(popped(&mut queue), "a");
        queue.paused(&user("a"));
        assert!(queue.lines.is_empty() && queue.turns.is_empty());
    }

    #[test]
    fn a_line_has_an_end() {
        let mut queue = queue(1, 2, &["a", "a", "a", "b"]);
        assert!(queue.push(job("a")).is_err());
        assert!(queue.pop().is_some());
        assert!(queue.push(job("a")).is_err(), "one runs and two wait");
        queue.push(job("b")).ok().unwrap();
        for line in queue.lines.values() {
            line.waiting.iter().for_each(|job| job.cancel.set());
        }
        queue.push(job("a")).ok().unwrap();
        assert_eq!(queue.lines[&user("a")].waiting.len(), 1);
    }
}
