//! A configuration that follows its files.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Config, loss};
use crate::error::{Error, Result};
use crate::watched_file::{Stamp, at_rest};

/// How long a `trac.ini` that cannot be used is left alone before the next try.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The configuration as the files are now.
#[derive(Debug)]
pub(crate) struct LiveConfig {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    config: Arc<Config>,
    /// Why the files, as they have become, are not used.
    refusal: Option<Refusal>,
}

#[derive(Debug)]
struct Refusal {
    reason: String,
    /// The states of the files that were refused.
    stamps: Vec<Stamp>,
    retry_at: Instant,
}

impl LiveConfig {
    /// Reads `trac.ini` for the first time.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let config = Arc::new(Config::load(path)?);
        Ok(Self {
            state: Mutex::new(State {
                config,
                refusal: None,
            }),
        })
    }

    /// The configuration, read again if a file has changed. While the files
    /// cannot be understood, or have lost what closes doors, it stays what it
    /// was, and the log says so once.
    pub(crate) fn current(&self) -> Arc<Config> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.due() && state.config.changed() {
            state.reload(None);
        }
        Arc::clone(&state.config)
    }

    /// Reads the files again, whether they seem to have changed or not.
    pub(crate) fn reread(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.reload(None);
    }

    /// Reads the files again after `trac.ini` was written by this program, with this text.
    pub(crate) fn reread_own(&self, text: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.reload(Some(text));
    }
}

impl State {
    fn due(&self) -> bool {
        self.refusal.as_ref().is_none_or(|refusal| {
            refusal.retry_at <= Instant::now() || refusal.stamps != self.config.stamps_now()
        })
    }

    fn reload(&mut self, own: Option<&str>) {
        match read_again(&self.config, own) {
            Ok(config) => {
                self.warn_of_another_database(&config);
                if self.refusal.take().is_some() {
                    tracing::info!("the changed configuration is used now");
                }
                self.config = Arc::new(config);
            }
            Err(error) => self.refuse(error.to_string()),
        }
    }

    fn refuse(&mut self, reason: String) {
        let known = self.refusal.take();
        if known.is_none_or(|known| known.reason != reason) {
            tracing::error!(error = %reason, "the changed configuration is not used, the last one still is");
        }
        self.refusal = Some(Refusal {
            reason,
            stamps: self.config.stamps_now(),
            retry_at: Instant::now() + RETRY_AFTER,
        });
    }

    fn warn_of_another_database(&self, new: &Config) {
        if new.get("trac", "database") != self.config.get("trac", "database") {
            tracing::warn!("another [trac] database counts from the next start on");
        }
    }
}

/// What the files say when nobody writes to them any more.
fn read_again(old: &Config, own: Option<&str>) -> Result<Config> {
    let read = || Config::load(old.path());
    let stamps = |read: &Result<Config>| match read {
        Ok(new) => new.stamps(),
        Err(_) => old.stamps_now(),
    };
    let is_current = |read: &Result<Config>| read.as_ref().map_or(true, |new| !new.changed());
    let at_rest = at_rest(read, stamps, is_current);
    let new = at_rest.unwrap_or_else(|| Err(Error::config("it is being written")))?;
    loss::check(old, &new, own)?;
    Ok(new)
}
