//! The policies that decide on a resource, in the order that
//! `[trac] permission_policies` gives them.
//!
//! A policy is a file of this folder and a line in [`BUILTIN`].

mod authz;
mod authz_file;
mod authz_source;
mod default_permission;
mod default_ticket;
mod default_wiki;
mod files;
mod legacy_attachment;
mod source_access;

use std::sync::Arc;

pub(crate) use self::files::PolicyFiles;
use super::{Actions, Session};
use crate::actor::Actor;
use crate::config::{Config, extension};
use crate::error::Result;
use crate::resource::Resource;

/// What is asked of a policy.
pub(crate) struct Question<'a> {
    /// Who asks; through it a policy asks for other permissions.
    pub(super) actor: &'a Actor,
    pub(super) session: &'a Session,
    pub(super) action: &'a str,
    /// None if the question is not about a resource.
    pub(super) resource: Option<&'a Resource>,
}

impl Question<'_> {
    /// The resource, if it is of this realm.
    fn in_realm(&self, realm: &str) -> Option<&Resource> {
        self.resource.filter(|resource| resource.realm == realm)
    }

    /// Whether the same user may do another action on the same resource.
    fn also(&self, action: &str) -> Result<bool> {
        match self.resource {
            Some(resource) => self.actor.can(action, resource),
            None => self.actor.can_anywhere(action),
        }
    }
}

/// Whether decisions on an action can differ between the resources of a realm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Differs {
    /// The same answer for all of them.
    No,
    /// Each has to be asked for.
    ByResource,
}

/// Decides whether a user may do something, or leaves it to the next policy.
pub(super) trait Policy: Send + Sync {
    /// Yes, no, or no opinion.
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>>;

    /// Whether the answer of [`Policy::check`] can differ within a realm.
    fn differs(&self, username: &str, action: &str, realm: &str) -> Differs;

    /// The policy in its present form, if a file that it read has changed.
    fn refreshed(&self) -> Option<Arc<dyn Policy>> {
        None
    }
}

/// What a policy is made from.
struct Setting<'a> {
    config: &'a Config,
    actions: &'a Arc<Actions>,
    files: &'a Arc<PolicyFiles>,
}

/// A policy's name in `trac.ini`, the component of Trac that it stands for,
/// and how it is made.
type Row = (
    &'static str,
    &'static str,
    fn(&Setting<'_>) -> Arc<dyn Policy>,
);

const BUILTIN: &[Row] = &[
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

/// The policies of an environment, in their order.
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
        actions: &Arc<Actions>,
        files: &Arc<PolicyFiles>,
    ) -> Result<Self> {
        let setting = Setting {
            config,
            actions,
            files,
        };
        let rows = named(config)?;
        Ok(Self {
            policies: rows.iter().map(|(_, _, make)| make(&setting)).collect(),
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
pub fn check_configuration(config: &Config) -> Result<()> {
    named(config).map(|_| ())
}

fn named(config: &Config) -> Result<Vec<&'static Row>> {
    let store = config.get("trac", "permission_store").unwrap_or_default();
    if store != "DefaultPermissionStore" || !config.is_on("trac.perm.DefaultPermissionStore") {
        let option = "[trac] permission_store";
        return Err(extension::missing("IPermissionStore", store, option));
    }
    let mut rows: Vec<&Row> = Vec::new();
    let mut unknown = Vec::new();
    for name in config.get_list("trac", "permission_policies") {
        match BUILTIN
            .iter()
            .find(|row| row.0 == name && config.is_on(row.1))
        {
            Some(row) if rows.iter().any(|known| known.0 == row.0) => {}
            Some(row) => rows.push(row),
            None => unknown.push(name),
        }
    }
    if unknown.is_empty() {
        return Ok(rows);
    }
    Err(extension::some_missing(
        "IPermissionPolicy",
        unknown,
        "[trac] permission_policies",
    ))
}
