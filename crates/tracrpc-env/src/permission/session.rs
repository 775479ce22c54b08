//! What decides for one user during one request, and how it is kept between requests.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracrpc_db::ChangeMark;

use super::policy::{Differs, Policies, PolicyFiles, Question};
use super::{Actions, Table, store};
use crate::actor::Actor;
use crate::config::Config;
use crate::environment::Environment;
use crate::error::Result;
use crate::resource::Resource;

/// How many users' permissions are kept before the collection is begun anew.
const MAX_USERS: usize = 10_000;

/// An environment's permissions, as they were last read.
///
/// What follows from the configuration is kept until that is read again; what
/// follows from the database until its change mark differs, so that a change
/// counts from the next request on, whoever made it. The lock is never held
/// while the database is asked: who waits for it may have a connection in hand.
#[derive(Default)]
pub(crate) struct PermissionSystem {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rules: Option<Rules>,
    files: Arc<PolicyFiles>,
    granted: Option<Arc<Granted>>,
}

/// What follows from the configuration.
struct Rules {
    config: Arc<Config>,
    actions: Arc<Actions>,
    policies: Result<Arc<Policies>>,
}

/// What follows from the database.
struct Granted {
    mark: ChangeMark,
    table: Table,
    actions: Arc<Actions>,
    users: Mutex<HashMap<String, Arc<HashSet<String>>>>,
}

/// The policies and permissions that hold for one user during one request.
pub(crate) struct Session {
    policies: Arc<Policies>,
    granted: Arc<HashSet<String>>,
}

impl PermissionSystem {
    /// What holds for a user from now on.
    pub(crate) fn session(&self, env: &Environment, username: &str) -> Result<Arc<Session>> {
        let (actions, policies) = self.state().rules(env.config())?;
        let granted = self.granted(env, &actions)?.of_user(username);
        Ok(Arc::new(Session { policies, granted }))
    }

    /// The actions of the environment.
    pub(crate) fn actions(&self, env: &Environment) -> Arc<Actions> {
        Arc::clone(&self.state().current_rules(env.config()).actions)
    }

    fn granted(&self, env: &Environment, actions: &Arc<Actions>) -> Result<Arc<Granted>> {
        // The mark is taken first: what is read later is at least as new.
        let mark = env.db().change_mark()?;
        let known = self.state().granted.clone();
        let is_current =
            |known: &Arc<Granted>| known.mark == mark && Arc::ptr_eq(&known.actions, actions);
        if let Some(current) = known.filter(is_current) {
            return Ok(current);
        }
        let fresh = Arc::new(Granted {
            mark,
            table: store::table(env)?,
            actions: Arc::clone(actions),
            users: Mutex::default(),
        });
        self.state().granted = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn rules(&mut self, config: Arc<Config>) -> Result<(Arc<Actions>, Arc<Policies>)> {
        let rules = self.current_rules(config);
        let mut policies = rules.policies.clone()?;
        if let Some(fresh) = policies.refreshed() {
            policies = Arc::new(fresh);
            rules.policies = Ok(Arc::clone(&policies));
        }
        Ok((Arc::clone(&rules.actions), policies))
    }

    fn current_rules(&mut self, config: Arc<Config>) -> &mut Rules {
        let known = self.rules.take();
        let current = known.filter(|rules| Arc::ptr_eq(&rules.config, &config));
        self.rules
            .insert(current.unwrap_or_else(|| Rules::new(config, &self.files)))
    }
}

impl Rules {
    fn new(config: Arc<Config>, files: &Arc<PolicyFiles>) -> Self {
        let actions = Arc::new(store::actions(&config));
        let policies = Policies::new(&config, &actions, files).map(Arc::new);
        Self {
            config,
            actions,
            policies,
        }
    }
}

impl Granted {
    fn of_user(&self, username: &str) -> Arc<HashSet<String>> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = users.get(username) {
            return Arc::clone(known);
        }
        if users.len() >= MAX_USERS {
            users.clear();
        }
        let expanded = self.actions.expand(self.table.actions_of(username));
        let defined = expanded
            .into_iter()
            .filter(|action| self.actions.contains(action));
        let defined = Arc::new(defined.collect::<HashSet<_>>());
        users.insert(username.to_owned(), Arc::clone(&defined));
        defined
    }
}

impl Session {
    /// The first policy that has an opinion decides; without any, it is no.
    pub(crate) fn decide(
        &self,
        actor: &Actor,
        action: &str,
        resource: Option<&Resource>,
    ) -> Result<bool> {
        // Trac takes a resource without a realm for none.
        let resource = resource.filter(|resource| !resource.realm.is_empty());
        self.policies.decide(&Question {
            actor,
            session: self,
            action,
            resource,
        })
    }

    /// Whether decisions on an action can differ within a realm.
    pub(crate) fn differs(&self, actor: &Actor, action: &str, realm: &str) -> Differs {
        self.policies.differs(actor.authname(), action, realm)
    }

    /// Whether the permission table gives the user the action.
    pub(super) fn has_been_granted(&self, action: &str) -> bool {
        self.granted.contains(action)
    }
}
