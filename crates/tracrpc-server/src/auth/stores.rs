//! Passwords that extensions of an environment know, for users whom no file has.
//!
//! To ask takes its time, which tells who measures it that no file has the name; that has
//! to be so, unless all names were asked about.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_env::{Environment, Extender, Extensions, PasswordStore, WaitBudget};

use super::basic::Credentials;
use super::verified::Key;
use super::{AuthRequest, Verdict};
use crate::environments::Environments;

/// How long it is remembered whose a password is. Nobody tells when it has changed.
const LASTS: Duration = Duration::from_secs(60);

/// How many passwords are remembered of an environment.
const CAPACITY: usize = 4096;

/// How many passwords extensions judge at a time. That is less than may step aside of the
/// threads that judge: so long as extensions hang, files still let people in.
const MOST_AT_A_TIME: usize = 32;

/// What is known of the stores of all environments.
pub(crate) struct AllStores {
    environments: Arc<Environments>,
    /// Whether an environment could have any.
    may_exist: bool,
    key: Key,
    under_way: Arc<AtomicUsize>,
    by_name: Mutex<HashMap<String, Arc<Stores>>>,
}

impl AllStores {
    /// Those of environments that are given `extensions`.
    ///
    /// # Errors
    /// The system has no random numbers to give.
    pub(crate) fn new(
        environments: &Arc<Environments>,
        extensions: &Extensions,
    ) -> io::Result<Self> {
        let has_extender = !extensions.of::<dyn Extender>().is_empty();
        Ok(Self {
            environments: Arc::clone(environments),
            may_exist: has_extender || has_stores(extensions),
            key: Key::new()?,
            under_way: Arc::default(),
            by_name: Mutex::default(),
        })
    }

    /// Whether it has to be found out what an environment has, which may have to be opened
    /// for that.
    pub(crate) fn may_exist(&self) -> bool {
        self.may_exist
    }

    /// Those of an environment; none if it has none. `name` is that of its path and
    /// `rule` that of its folder.
    pub(crate) fn of(
        &self,
        environment: &Environment,
        name: Option<&str>,
        rule: &str,
    ) -> Option<Arc<Stores>> {
        if !has_stores(&environment.extensions()) {
            return None;
        }
        let make = || {
            Arc::new(Stores {
                environments: Arc::clone(&self.environments),
                name: name.map(str::to_owned),
                realm: rule.to_owned(),
                key: self.key.clone(),
                under_way: Arc::clone(&self.under_way),
                remembered: Mutex::default(),
            })
        };
        let mut all = self.lock();
        Some(Arc::clone(all.entry(rule.to_owned()).or_insert_with(make)))
    }

    /// Forgets what was found out.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Stores>>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_stores(extensions: &Extensions) -> bool {
    !extensions.of::<dyn PasswordStore>().is_empty()
}

/// What extensions of one environment know.
pub(crate) struct Stores {
    environments: Arc<Environments>,
    name: Option<String>,
    realm: String,
    key: Key,
    under_way: Arc<AtomicUsize>,
    remembered: Mutex<HashMap<[u8; 32], Remembered>>,
}

/// Whose a password was, and when.
struct Remembered {
    user: String,
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

impl Stores {
    /// What the password is for.
    pub(super) fn realm(&self) -> &str {
        &self.realm
    }

    /// The verdict, if it was found not long ago.
    pub(super) fn recall(&self, request: &AuthRequest) -> Option<Verdict> {
        let given = match Credentials::of(request) {
            Ok(given) => given,
            Err(verdict) => return Some(verdict),
        };
        let code = self.key.code(&given.user, &given.password);
        let remembered = self.remembered();
        let known = remembered.get(&code);
        let known = known.filter(|known| known.since.elapsed() < LASTS)?;
        Some(Verdict::User(known.user.clone()))
    }

    /// Asks one store after the other, until one knows whose the password is. If none
    /// does, and one does not answer, nobody knows.
    pub(super) fn judge(&self, request: &AuthRequest, budget: WaitBudget) -> Verdict {
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
        let Ok(environment) = self.environments.get(self.name.as_deref()) else {
            return Verdict::Unknown;
        };
        let environment = environment.for_request(budget);
        let password = given.password_text();
        let extensions = environment.extensions();
        let mut verdict = Verdict::Refused;
        for store in extensions.of::<dyn PasswordStore>() {
            match store.check(&environment, &given.user, &password) {
                Ok(Some(user)) if !user.is_empty() => {
                    self.remember(self.key.code(&given.user, &given.password), &user);
                    return Verdict::User(user);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(environment = self.realm, %error, "a login is not judged");
                    verdict = Verdict::Unknown;
                }
            }
        }
        verdict
    }

    fn remember(&self, code: [u8; 32], user: &str) {
        let mut remembered = self.remembered();
        if remembered.len() >= CAPACITY {
            remembered.clear();
        }
        let known = Remembered {
            user: user.to_owned(),
            since: Instant::now(),
        };
        remembered.insert(code, known);
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<[u8; 32], Remembered>> {
        let remembered = self.remembered.lock();
        remembered.unwrap_or_else(PoisonError::into_inner)
    }
}
