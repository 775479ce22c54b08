//! Passwords that extensions of an environment know, for users whom no file has.
//!
//! To ask takes its time, which tells who measures it that no file has the name; that has
//! to be so, unless all names were asked about.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_env::{Checked, Environment, Identity, PasswordStore};

use super::basic::Credentials;
use super::site::{self, Link};
use super::verified::Key;
use super::{AuthRequest, Verdict, quoted};

/// How long it is remembered whose a password is. Nobody tells when it has changed.
const LASTS: Duration = Duration::from_secs(60);

/// How many passwords are remembered of an environment.
const CAPACITY: usize = 4096;

/// How many passwords extensions judge at a time. That is less than may step aside of the
/// threads that judge: so long as extensions hang, files still let people in.
const MOST_AT_A_TIME: usize = 32;

/// The stores of all environments.
pub(super) struct Method {
    key: Key,
    under_way: Arc<AtomicUsize>,
}

impl Method {
    /// # Errors
    /// The system has no random numbers to give.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            key: Key::new()?,
            under_way: Arc::default(),
        })
    }
}

impl site::Method for Method {
    fn link(&self, environment: &Environment) -> Option<Box<dyn Link>> {
        let extensions = environment.extensions();
        let mut stores = extensions.of::<dyn PasswordStore>().iter();
        if !stores.any(|store| store.is_there(environment)) {
            return None;
        }
        Some(Box::new(Stores {
            realm: environment.name().to_owned(),
            key: self.key.clone(),
            under_way: Arc::clone(&self.under_way),
            remembered: Mutex::default(),
        }))
    }
}

/// What extensions of one environment know.
struct Stores {
    /// What the password is for.
    realm: String,
    key: Key,
    under_way: Arc<AtomicUsize>,
    remembered: Mutex<HashMap<[u8; 32], Remembered>>,
}

/// Whose a password was, and when.
#[derive(Clone)]
struct Remembered {
    user: String,
    /// What each store said of the user then.
    fingerprints: Vec<Option<u64>>,
    since: Instant,
}

/// A place among those that are judged at a time.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn take(under_way: &'a AtomicUsize) -> Option<Self> {
        let turn = Self(under_way);
        (under_way.fetch_add(1, Ordering::Relaxed) < MOST_AT_A_TIME).then_some(turn)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Link for Stores {
    fn challenge(&self) -> Option<String> {
        Some(format!("Basic realm={}", quoted(&self.realm)))
    }

    /// The verdict, if it was found not long ago.
    fn recall(&self, request: &AuthRequest, environment: &Environment) -> Option<Verdict> {
        let given = match Credentials::of(request) {
            Ok(given) => given,
            Err(verdict) => return Some(verdict),
        };
        let code = self.key.code(&given.user, &given.password);
        let known = self.remembered().get(&code).cloned();
        let known = known.filter(|known| known.since.elapsed() < LASTS)?;
        let is_as_it_was = known.fingerprints == fingerprints(environment, &given.user);
        is_as_it_was.then(|| Verdict::User(identity(known.user)))
    }

    /// Asks one store after the other, until one knows whose the password is. If none
    /// does, and one does not answer, nobody knows.
    fn judge(&self, request: &AuthRequest, environment: &Environment) -> Verdict {
        let given = match Credentials::of(request) {
            Ok(given) => given,
            Err(verdict) => return verdict,
        };
        let Some(_turn) = Turn::take(&self.under_way) else {
            tracing::warn!(
                environment = self.realm,
                "too many passwords are judged at a time"
            );
            return Verdict::Unknown;
        };
        let password = given.password_text();
        let extensions = environment.extensions();
        // First, so that what changes meanwhile is asked again.
        let fingerprints = fingerprints(environment, &given.user);
        let mut verdict = Verdict::Stranger;
        for store in extensions.of::<dyn PasswordStore>() {
            match store.check(environment, &given.user, &password) {
                Ok(Checked::Right(user)) if !user.is_empty() => {
                    let code = self.key.code(&given.user, &given.password);
                    self.remember(code, &user, fingerprints);
                    return Verdict::User(identity(user));
                }
                Ok(Checked::Unknown) => {}
                Ok(Checked::Right(_) | Checked::Wrong) => {
                    if verdict == Verdict::Stranger {
                        verdict = Verdict::Refused;
                    }
                }
                Err(error) => {
                    tracing::warn!(environment = self.realm, %error, "a login is not judged");
                    verdict = Verdict::Unknown;
                }
            }
        }
        verdict
    }
}

/// What each store says of a user, which changes when a password may have become another.
fn fingerprints(environment: &Environment, user: &str) -> Vec<Option<u64>> {
    let extensions = environment.extensions();
    let stores = extensions.of::<dyn PasswordStore>().iter();
    stores
        .map(|store| store.fingerprint(environment, user))
        .collect()
}

fn identity(user: String) -> Identity {
    Identity::new(user, "password store")
}

impl Stores {
    fn remember(&self, code: [u8; 32], user: &str, fingerprints: Vec<Option<u64>>) {
        let mut remembered = self.remembered();
        if remembered.len() >= CAPACITY {
            remembered.clear();
        }
        let known = Remembered {
            user: user.to_owned(),
            fingerprints,
            since: Instant::now(),
        };
        remembered.insert(code, known);
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<[u8; 32], Remembered>> {
        let remembered = self.remembered.lock();
        remembered.unwrap_or_else(PoisonError::into_inner)
    }
}
