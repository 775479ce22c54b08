//! The policies that decide on a resource, in the order that
//! `[trac] permission_policies` gives them.
//!
//! A policy of Trac's is a file of this folder and a line in [`register`].

mod authz;
mod authz_file;
mod authz_source;
mod default_permission;
mod default_ticket;
mod default_wiki;
mod files;
mod legacy_attachment;
mod source_access;

use std::fmt;
use std::sync::Arc;

pub(crate) use self::files::PolicyFiles;
use super::Actions;
use crate::config::{Config, extension};
use crate::environment::Environment;
use crate::error::Result;
use crate::extensions::Extensions;
use crate::resource::Resource;

/// What one user may do: `trac/perm.py: PermissionCache`.
pub trait PermissionCache {
    /// The user's name, `anonymous` for nobody in particular.
    fn username(&self) -> &str;

    /// The environment.
    fn env(&self) -> &Environment;

    /// Whether the permission table gives the user the action, which is not yet
    /// what the policies say.
    fn has_been_granted(&self, action: &str) -> bool;

    /// Whether the user may do `action` on `resource`, or, without one, anywhere.
    ///
    /// # Errors
    /// A policy that cannot answer.
    fn has_permission(&self, action: &str, resource: Option<&Resource>) -> Result<bool>;
}

/// What is asked of a policy.
pub struct Question<'a> {
    permissions: &'a dyn PermissionCache,
    action: &'a str,
    resource: Option<&'a Resource>,
}

impl<'a> Question<'a> {
    pub(crate) fn new(
        permissions: &'a dyn PermissionCache,
        action: &'a str,
        resource: Option<&'a Resource>,
    ) -> Self {
        Self {
            permissions,
            action,
            resource,
        }
    }

    /// The name of the user who wants to do it.
    #[must_use]
    pub fn username(&self) -> &'a str {
        self.permissions.username()
    }

    /// Whether nobody in particular wants to.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.username() == "anonymous"
    }

    /// The environment.
    #[must_use]
    pub fn env(&self) -> &'a Environment {
        self.permissions.env()
    }

    /// What is to be done, such as `TICKET_VIEW`.
    #[must_use]
    pub fn action(&self) -> &'a str {
        self.action
    }

    /// On what it is to be done; none if the question is not about a resource.
    #[must_use]
    pub fn resource(&self) -> Option<&'a Resource> {
        self.resource
    }

    /// Whether the same user may do another action, on `resource` if there is one.
    ///
    /// # Errors
    /// A policy that cannot answer.
    pub fn may(&self, action: &str, resource: Option<&Resource>) -> Result<bool> {
        self.permissions.has_permission(action, resource)
    }

    /// Whether the same user may do another action on the same resource.
    ///
    /// # Errors
    /// A policy that cannot answer.
    pub fn also(&self, action: &str) -> Result<bool> {
        self.may(action, self.resource)
    }

    /// The resource, if it is of this realm.
    fn in_realm(&self, realm: &str) -> Option<&'a Resource> {
        self.resource.filter(|resource| resource.realm == realm)
    }

    fn has_been_granted(&self) -> bool {
        self.permissions.has_been_granted(self.action)
    }
}

/// Whether decisions on an action can differ between the resources of a realm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differs {
    /// The same answer for all of them.
    No,
    /// Each has to be asked for.
    ByResource,
}

/// Decides whether a user may do something, or leaves it to the next policy:
/// `trac/perm.py: IPermissionPolicy`.
pub trait Policy: Send + Sync {
    /// Yes, no, or no opinion.
    ///
    /// # Errors
    /// What keeps the policy from answering. The caller is then refused.
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>>;

    /// Whether the answer of [`Policy::check`] can differ within a realm. What
    /// says no is asked once for all items of a list.
    fn differs(&self, _username: &str, _action: &str, _realm: &str) -> Differs {
        Differs::ByResource
    }

    /// Whether an answer may take long, as that of another program does. Nobody holds
    /// the turn to write who asks such a policy.
    fn waits(&self) -> bool {
        false
    }

    /// The policy in its present form, if a file that it read has changed.
    fn refreshed(&self) -> Option<Arc<dyn Policy>> {
        None
    }
}

/// What a policy is made from.
pub struct PolicySetting<'a> {
    config: &'a Config,
    actions: &'a Arc<Actions>,
    files: &'a Arc<PolicyFiles>,
}

impl<'a> PolicySetting<'a> {
    /// The environment's configuration.
    #[must_use]
    pub fn config(&self) -> &'a Config {
        self.config
    }

    /// The actions that there are.
    #[must_use]
    pub fn actions(&self) -> &'a Arc<Actions> {
        self.actions
    }
}

/// An extension: a policy that `[trac] permission_policies` can name.
pub struct PolicyProvider {
    name: String,
    component: String,
    make: Box<Make>,
}

type Make = dyn Fn(&PolicySetting<'_>) -> Arc<dyn Policy> + Send + Sync;

impl PolicyProvider {
    /// A policy under its name in `trac.ini`, and how it is made: once for each
    /// state of the configuration.
    pub fn new(
        name: impl Into<String>,
        make: impl Fn(&PolicySetting<'_>) -> Arc<dyn Policy> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            component: String::new(),
            make: Box::new(make),
        }
    }

    /// The component of Trac that the policy stands for, by its Python name: where
    /// that is off, there is no such policy.
    #[must_use]
    pub fn component(mut self, name: &str) -> Self {
        name.clone_into(&mut self.component);
        self
    }
}

impl fmt::Debug for PolicyProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyProvider")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Adds Trac's own policies.
pub fn register(extensions: &mut Extensions) {
    type Row = (
        &'static str,
        &'static str,
        fn(&PolicySetting<'_>) -> Arc<dyn Policy>,
    );
    let rows: [Row; 7] = [
        (
            "AuthzPolicy",
            "tracopt.perm.authz_policy.AuthzPolicy",
            authz::make,
        ),
        (
            "AuthzSourcePolicy",
            "trac.versioncontrol.svn_authz.AuthzSourcePolicy",
            authz_source::make,
        ),
        (
            "DefaultPermissionPolicy",
            "trac.perm.DefaultPermissionPolicy",
            default_permission::make,
        ),
        (
            "DefaultTicketPolicy",
            "trac.ticket.web_ui.DefaultTicketPolicy",
            default_ticket::make,
        ),
        (
            "DefaultWikiPolicy",
            "trac.wiki.web_ui.DefaultWikiPolicy",
            default_wiki::make,
        ),
        (
            "LegacyAttachmentPolicy",
            "trac.attachment.LegacyAttachmentPolicy",
            legacy_attachment::make,
        ),
        // What DefaultWikiPolicy was called before Trac 1.3.2.
        (
            "ReadonlyWikiPolicy",
            "trac.wiki.web_ui.ReadonlyWikiPolicy",
            default_wiki::make,
        ),
    ];
    for (name, component, make) in rows {
        let provider = PolicyProvider::new(name, make).component(component);
        extensions.add(Arc::new(provider));
    }
}

/// The policies of an environment, in their order.
#[derive(Clone)]
pub(super) struct Policies {
    policies: Vec<Arc<dyn Policy>>,
}

impl Policies {
    /// Makes the policies that `trac.ini` names.
    ///
    /// # Errors
    /// A name that is unknown, or whose component is not enabled. To go on
    /// without it could open what it was to close.
    pub(super) fn new(
        config: &Config,
        extensions: &Extensions,
        actions: &Arc<Actions>,
        files: &Arc<PolicyFiles>,
    ) -> Result<Self> {
        let setting = PolicySetting {
            config,
            actions,
            files,
        };
        let providers = named(config, extensions)?;
        let policies = providers.iter().map(|provider| (provider.make)(&setting));
        Ok(Self {
            policies: policies.collect(),
        })
    }

    pub(super) fn decide(&self, question: &Question<'_>) -> Result<bool> {
        for policy in &self.policies {
            if let Some(decision) = policy.check(question)? {
                return Ok(decision);
            }
        }
        Ok(false)
    }

    pub(super) fn differs(&self, username: &str, action: &str, realm: &str) -> Differs {
        let by_resource = |policy: &Arc<dyn Policy>| {
            policy.differs(username, action, realm) == Differs::ByResource
        };
        match self.policies.iter().any(by_resource) {
            true => Differs::ByResource,
            false => Differs::No,
        }
    }

    pub(super) fn wait(&self) -> bool {
        self.policies.iter().any(|policy| policy.waits())
    }

    /// The policies in their present form, if one of them has changed.
    pub(super) fn refreshed(&self) -> Option<Self> {
        let refreshed: Vec<_> = self
            .policies
            .iter()
            .map(|policy| policy.refreshed())
            .collect();
        if refreshed.iter().all(Option::is_none) {
            return None;
        }
        let policies = refreshed.into_iter().zip(&self.policies);
        let policies = policies.map(|(new, old)| new.unwrap_or_else(|| Arc::clone(old)));
        Some(Self {
            policies: policies.collect(),
        })
    }
}

/// Checks what the configuration says about permissions, so that a server can
/// refuse to start.
///
/// # Errors
/// `Config`: a policy or a permission store that does not exist or is not enabled.
pub fn check_configuration(config: &Config, extensions: &Extensions) -> Result<()> {
    named(config, extensions).map(|_| ())
}

fn named<'a>(config: &Config, extensions: &'a Extensions) -> Result<Vec<&'a PolicyProvider>> {
    let store = config.get("trac", "permission_store").unwrap_or_default();
    if store != "DefaultPermissionStore" || !config.is_on("trac.perm.DefaultPermissionStore") {
        let option = "[trac] permission_store";
        return Err(extension::missing("IPermissionStore", store, option));
    }
    let known = extensions.of::<PolicyProvider>();
    let mut named: Vec<&PolicyProvider> = Vec::new();
    let mut unknown = Vec::new();
    for name in config.get_list("trac", "permission_policies") {
        let provider = known.iter().find(|provider| provider.name == name);
        match provider.filter(|provider| config.has_component(&provider.component)) {
            Some(provider) if named.iter().any(|known| known.name == provider.name) => {}
            Some(provider) => named.push(provider),
            None => unknown.push(name),
        }
    }
    if unknown.is_empty() {
        return Ok(named);
    }
    Err(extension::some_missing(
        "IPermissionPolicy",
        unknown,
        "[trac] permission_policies",
    ))
}
