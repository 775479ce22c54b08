//! A bounded pool of connections.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::driver::{Connector, Driver};
use crate::waiting::{For, Wait, WaitBudget, in_vain};
use crate::{Error, Options};

/// How often who waits looks whether its request is given up.
const LOOK: Duration = Duration::from_millis(500);

pub(crate) struct Pool {
    connector: Box<dyn Connector>,
    max: usize,
    wait: Duration,
    /// How long a connection is kept that nobody needs.
    keep: Duration,
    state: Mutex<State>,
    returned: Condvar,
}

/// How many connections a database has open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolLoad {
    /// Those that somebody uses.
    pub in_use: usize,
    /// Those that nobody uses.
    pub idle: usize,
    /// How many may be in use, but for one that is needed urgently.
    pub max: usize,
}

#[derive(Default)]
struct State {
    /// With the time since which each has been idle; the last was used last.
    idle: Vec<(Instant, Box<dyn Driver>)>,
    in_use: usize,
}

impl Pool {
    pub(crate) fn new(connector: Box<dyn Connector>, options: &Options) -> Pool {
        let single = connector.is_single();
        let max = if single { 1 } else { options.pool_size.max(1) };
        Pool {
            connector,
            max,
            wait: options.wait,
            keep: options.keep,
            state: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    pub(crate) fn connector(&self) -> &dyn Connector {
        &*self.connector
    }

    /// How long one waits for a connection, or for the turn to write.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// Takes a connection, waiting for one if all are in use.
    ///
    /// `urgent` callers get one beyond the bound at once: there is at most
    /// one of them, the holder of the writer's turn. Were it to wait, those
    /// who hold connections while they wait for the turn would never finish.
    ///
    /// The connection waits for locks within `budget`.
    pub(crate) fn take(&self, budget: &WaitBudget, urgent: bool) -> Result<Box<dyn Driver>, Error> {
        let mut state = self.wait_for_slot(budget, urgent && !self.connector.is_single())?;
        state.in_use += 1;
        if let Some((_, mut driver)) = state.idle.pop() {
            driver.wait_within(budget);
            return Ok(driver);
        }
        drop(state);
        let connected = self.connector.connect(budget);
        connected.inspect_err(|_| self.release(None))
    }

    /// Gives a connection back; one that is not usable is closed.
    pub(crate) fn put(&self, driver: Option<Box<dyn Driver>>) {
        self.release(driver.filter(|driver| driver.is_usable()));
    }

    /// Adds a connection that was not taken from the pool.
    pub(crate) fn add(&self, driver: Box<dyn Driver>) {
        self.lock().idle.push((Instant::now(), driver));
    }

    /// How many connections there are.
    pub(crate) fn load(&self) -> PoolLoad {
        let state = self.lock();
        PoolLoad {
            in_use: state.in_use,
            idle: state.idle.len(),
            max: self.max,
        }
    }

    fn wait_for_slot(
        &self,
        budget: &WaitBudget,
        urgent: bool,
    ) -> Result<MutexGuard<'_, State>, Error> {
        let mut wait = Wait::begin(budget, self.wait);
        let mut state = self.lock();
        while state.in_use >= self.max && !urgent {
            let mut after = None;
            wait.pause_by(For::Us, LOOK, |time| {
                let waited = self.returned.wait_timeout(state, time);
                after = Some(waited.unwrap_or_else(PoisonError::into_inner).0);
            });
            state = after.ok_or_else(|| in_vain("database connection", self.wait))?;
        }
        Ok(state)
    }

    fn release(&self, driver: Option<Box<dyn Driver>>) {
        let now = Instant::now();
        let mut state = self.lock();
        state.in_use -= 1;
        // What an urgent caller opened beyond the bound is closed here.
        let has_room = state.idle.len() + state.in_use < self.max;
        let (kept, surplus) = match has_room {
            true => (driver, None),
            false => (None, driver),
        };
        state.idle.extend(kept.map(|driver| (now, driver)));
        let is_old = |(since, _): &&(Instant, _)| now.duration_since(*since) >= self.keep;
        let old = state.idle.iter().take_while(is_old).count();
        let old: Vec<_> = state.idle.drain(..old).collect();
        drop(state);
        self.returned.notify_one();
        drop((surplus, old));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::url::DatabaseUrl;

    /// How many of two connections that come back are kept.
    fn kept(options: &Options) -> usize {
        let directory = TempDir::new().unwrap();
        let url = DatabaseUrl::parse("sqlite:trac.db").unwrap();
        let connector = url.connector(directory.path()).unwrap();
        drop(connector.create().unwrap());
        let pool = Pool::new(connector, options);
        let budget = WaitBudget::alone();
        let taken = [(); 2].map(|()| pool.take(&budget, false).unwrap());
        for driver in taken {
            pool.put(Some(driver));
        }
        pool.lock().idle.len()
    }

    #[test]
    fn connections_that_nobody_needs_are_kept_for_a_time() {
        let keep = |keep| Options {
            keep,
            ..Options::default()
        };
        assert_eq!(kept(&keep(Duration::MAX)), 2);
        assert_eq!(kept(&keep(Duration::ZERO)), 0);
    }
}
