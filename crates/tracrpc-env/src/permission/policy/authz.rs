//! AuthzPolicy: rules for single resources, in a file that `[authz_policy]
//! authz_file` names and that is read again when it changes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use super::authz_file::AuthzFile;
use super::{Differs, Policy, Question, Setting};
use crate::error::Result;
use crate::permission::Actions;

/// The policy with its file as it was when it was last read.
struct AuthzPolicy {
    path: Option<PathBuf>,
    actions: Arc<Actions>,
    modified: Option<SystemTime>,
    file: Result<AuthzFile>,
}

pub(super) fn make(setting: &Setting<'_>) -> Arc<dyn Policy> {
    let path = setting.config.get_path("authz_policy", "authz_file");
    Arc::new(AuthzPolicy::read(path, Arc::clone(setting.actions)))
}

impl AuthzPolicy {
    fn read(path: Option<PathBuf>, actions: Arc<Actions>) -> Self {
        let modified = path.as_deref().and_then(super::modified);
        let parse = |text: &str| AuthzFile::parse(text, &actions);
        let file = super::read_file("[authz_policy] authz_file", path.as_deref(), parse);
        Self {
            path,
            actions,
            modified,
            file,
        }
    }
}

impl Policy for AuthzPolicy {
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        let file = self.file.as_ref().map_err(Clone::clone)?;
        Ok(file.decide(
            question.actor.authname(),
            question.action,
            question.resource,
        ))
    }

    fn differs(&self, username: &str, _: &str, realm: &str) -> Differs {
        match &self.file {
            Ok(file) if file.differs(username, realm) => Differs::ByResource,
            _ => Differs::No,
        }
    }

    fn refreshed(&self) -> Option<Arc<dyn Policy>> {
        let modified = self.path.as_deref().and_then(super::modified);
        let current = modified.is_some() && modified == self.modified;
        (!current).then(|| -> Arc<dyn Policy> {
            Arc::new(Self::read(self.path.clone(), Arc::clone(&self.actions)))
        })
    }
}
