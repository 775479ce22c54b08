//! What decides for one user during one request, and how it is kept between requests.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::policy::{Differs, PermissionCache, Policies, PolicyFiles, Question};
use super::{Actions, GroupProvider, Table, store};
use crate::environment::Environment;
use crate::error::Result;
use crate::fresh::Fresh;
use crate::resource::Resource;

/// How many users' permissions are kept before the collection is begun anew.
const MAX_USERS: usize = 10_000;

/// An environment's permissions, as they were last read: a change counts from the
/// next request on, whoever made it.
#[derive(Default)]
pub(crate) struct PermissionSystem {
    rules: Fresh<Rules>,
    files: Arc<PolicyFiles>,
    granted: Fresh<Granted>,
}

/// What follows from the configuration.
struct Rules {
    actions: Arc<Actions>,
    policies: Mutex<Result<Arc<Policies>>>,
}

/// What follows from the database.
struct Granted {
    table: Table,
    actions: Arc<Actions>,
    users: Mutex<HashMap<String, Arc<HashSet<String>>>>,
}

/// The policies and permissions that hold for one user during one request.
pub(crate) struct UserPermissions {
    policies: Arc<Policies>,
    granted: Arc<HashSet<String>>,
}

impl PermissionSystem {
    /// What holds for a user from now on.
    pub(crate) fn of_user(&self, env: &Environment, username: &str) -> Result<UserPermissions> {
        let rules = self.rules(env);
        let policies = rules.policies()?;
        let granted = self.granted.of_database(env, |_| {
            Ok(Arc::new(Granted {
                table: store::table(env)?,
                actions: Arc::clone(&rules.actions),
                users: Mutex::default(),
            }))
        })?;
        Ok(UserPermissions {
            policies,
            granted: granted.of_user(env, username)?,
        })
    }

    /// The actions of the environment.
    pub(crate) fn actions(&self, env: &Environment) -> Arc<Actions> {
        Arc::clone(&self.rules(env).actions)
    }

    fn rules(&self, env: &Environment) -> Arc<Rules> {
        self.rules.of_settings(env, || {
            let config = env.config();
            let actions = Arc::new(store::actions(env));
            let policies = Policies::new(&config, &env.extensions(), &actions, &self.files);
            Rules {
                actions,
                policies: Mutex::new(policies.map(Arc::new)),
            }
        })
    }
}

impl Rules {
    /// The policies, made anew if a file that one of them reads has changed.
    fn policies(&self) -> Result<Arc<Policies>> {
        let lock = || self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().clone()?;
        let Some(refreshed) = known.refreshed() else {
            return Ok(known);
        };
        let refreshed = Arc::new(refreshed);
        *lock() = Ok(Arc::clone(&refreshed));
        Ok(refreshed)
    }
}

impl Granted {
    fn of_user(&self, env: &Environment, username: &str) -> Result<Arc<HashSet<String>>> {
        let extensions = env.extensions();
        let providers = extensions.of::<dyn GroupProvider>();
        if providers.is_empty() {
            return Ok(self.without_providers(username));
        }
        // Nobody tells when what they know has changed, so this is not kept.
        let mut groups = Vec::new();
        for provider in providers {
            groups.extend(provider.groups_of(env, username)?);
        }
        let actions = self.table.actions_of_member(username, &groups);
        Ok(Arc::new(self.defined(actions)))
    }

    fn defined(&self, actions: BTreeSet<&str>) -> HashSet<String> {
        let expanded = self.actions.expand(actions);
        expanded
            .into_iter()
            .filter(|action| self.actions.contains(action))
            .collect()
    }

    fn without_providers(&self, username: &str) -> Arc<HashSet<String>> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = users.get(username) {
            return Arc::clone(known);
        }
        if users.len() >= MAX_USERS {
            users.clear();
        }
        let defined = Arc::new(self.defined(self.table.actions_of(username)));
        users.insert(username.to_owned(), Arc::clone(&defined));
        defined
    }
}

impl UserPermissions {
    /// The first policy that has an opinion decides; without any, it is no.
    pub(crate) fn decide(
        &self,
        permissions: &dyn PermissionCache,
        action: &str,
        resource: Option<&Resource>,
    ) -> Result<bool> {
        // Trac takes a resource without a realm for none.
        let resource = resource.filter(|resource| !resource.realm.is_empty());
        self.policies
            .decide(&Question::new(permissions, action, resource))
    }

    /// Whether decisions on an action can differ within a realm.
    pub(crate) fn differs(&self, username: &str, action: &str, realm: &str) -> Differs {
        self.policies.differs(username, action, realm)
    }

    /// Whether a decision may take long.
    pub(crate) fn wait(&self) -> bool {
        self.policies.wait()
    }

    /// Whether the permission table gives the user the action.
    pub(crate) fn has_been_granted(&self, action: &str) -> bool {
        self.granted.contains(action)
    }
}
