//! What decides for one user during one request, and how it is kept between requests.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracrpc_db::ChangeMark;

use super::policy::{Differs, Policies, Question};
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
/// counts from the next request on, whoever made it.
#[derive(Default)]
pub(crate) struct PermissionSystem {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rules: Option<Rules>,
    granted: Option<Granted>,
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
    users: HashMap<String, Arc<HashSet<String>>>,
}

/// The policies and permissions that hold for one user during one request.
pub(crate) struct Session {
    policies: Arc<Policies>,
    granted: Arc<HashSet<String>>,
}

impl PermissionSystem {
    /// What holds for a user from now on.
    pub(crate) fn session(&self, env: &Environment, username: &str) -> Result<Arc<Session>> {
        let mut state = self.state();
        let (actions, policies) = state.rules(env)?;
        let granted = state.granted(env, &actions, username)?;
        Ok(Arc::new(Session { policies, granted }))
    }

    /// The actions of the environment.
    pub(crate) fn actions(&self, env: &Environment) -> Arc<Actions> {
        Arc::clone(&self.state().current_rules(env.config()).actions)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn rules(&mut self, env: &Environment) -> Result<(Arc<Actions>, Arc<Policies>)> {
        let rules = self.current_rules(env.config());
        let mut policies = rules.policies.clone()?;
        if let Some(fresh) = policies.refreshed() {
            policies = Arc::new(fresh);
            rules.policies = Ok(Arc::clone(&policies));
        }
        Ok((Arc::clone(&rules.actions), policies))
    }

    fn current_rules(&mut self, config: Arc<Config>) -> &mut Rules {
        let current = self
            .rules
            .take()
            .filter(|rules| Arc::ptr_eq(&rules.config, &config));
        let rules = current.unwrap_or_else(|| {
            // New rules may know other actions: expand everybody's again.
            self.granted = None;
            Rules::new(config)
        });
        self.rules.insert(rules)
    }

    fn granted(
        &mut self,
        env: &Environment,
        actions: &Actions,
        username: &str,
    ) -> Result<Arc<HashSet<String>>> {
        // The mark is taken first: what is read later is at least as new.
        let mark = env.db().change_mark()?;
        let current = self.granted.take().filter(|granted| granted.mark == mark);
        let granted = match current {
            Some(granted) => granted,
            None => Granted {
                mark,
                table: store::table(env)?,
                users: HashMap::new(),
            },
        };
        Ok(self.granted.insert(granted).of_user(username, actions))
    }
}

impl Rules {
    fn new(config: Arc<Config>) -> Self {
        let actions = Arc::new(store::actions(&config));
        let policies = Policies::new(&config, &actions).map(Arc::new);
        Self {
            config,
            actions,
            policies,
        }
    }
}

impl Granted {
    fn of_user(&mut self, username: &str, actions: &Actions) -> Arc<HashSet<String>> {
        if let Some(known) = self.users.get(username) {
            return Arc::clone(known);
        }
        if self.users.len() >= MAX_USERS {
            self.users.clear();
        }
        let expanded = actions.expand(self.table.actions_of(username));
        let expanded = expanded
            .into_iter()
            .filter(|action| actions.contains(action));
        let expanded = Arc::new(expanded.collect::<HashSet<_>>());
        self.users
            .insert(username.to_owned(), Arc::clone(&expanded));
        expanded
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
