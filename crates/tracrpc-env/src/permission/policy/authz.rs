//! AuthzPolicy: rules for single resources, in a file that `[authz_policy]
//! authz_file` names and that is read again when it changes.

use std::path::PathBuf;
use std::sync::Arc;

use super::authz_file::AuthzFile;
use super::files::{PolicyFiles, Reading};
use super::{Differs, Policy, PolicySetting, Question};
use crate::error::Result;
use crate::permission::Actions;

/// The policy with its file as it was when it was last read.
struct AuthzPolicy {
    path: Option<PathBuf>,
    actions: Arc<Actions>,
    files: Arc<PolicyFiles>,
    reading: Reading<AuthzFile>,
}

pub(super) fn make(setting: &PolicySetting<'_>) -> Arc<dyn Policy> {
    let path = setting.config.get_path("authz_policy", "authz_file");
    let (actions, files) = (setting.actions, setting.files);
    Arc::new(AuthzPolicy::read(
        path,
        Arc::clone(actions),
        Arc::clone(files),
    ))
}

impl AuthzPolicy {
    fn read(path: Option<PathBuf>, actions: Arc<Actions>, files: Arc<PolicyFiles>) -> Self {
        let parse = |text: &str| AuthzFile::parse(text, &actions);
        let option = "[authz_policy] authz_file";
        let reading = Reading::new(&files, option, path.as_deref(), parse);
        Self {
            path,
            actions,
            files,
            reading,
        }
    }
}

impl Policy for AuthzPolicy {
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        let username = question.username();
        self.reading
            .strictest(|file| Ok(file.decide(username, question.action(), question.resource())))
    }

    fn differs(&self, username: &str, _: &str, realm: &str) -> Differs {
        let mut files = self.reading.says().unwrap_or_default().iter();
        match files.any(|file| file.differs(username, realm)) {
            true => Differs::ByResource,
            false => Differs::No,
        }
    }

    fn refreshed(&self) -> Option<Arc<dyn Policy>> {
        let is_current = self.reading.is_current(self.path.as_deref());
        (!is_current).then(|| -> Arc<dyn Policy> {
            Arc::new(Self::read(
                self.path.clone(),
                Arc::clone(&self.actions),
                Arc::clone(&self.files),
            ))
        })
    }
}
