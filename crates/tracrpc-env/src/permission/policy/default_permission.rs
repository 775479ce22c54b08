//! DefaultPermissionPolicy: yes to what the permission table grants.

use std::sync::Arc;

use super::{Differs, Policy, Question, Setting};
use crate::error::Result;

struct DefaultPermissionPolicy;

pub(super) fn make(_: &Setting<'_>) -> Arc<dyn Policy> {
    Arc::new(DefaultPermissionPolicy)
}

impl Policy for DefaultPermissionPolicy {
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        Ok(question
            .session
            .has_been_granted(question.action)
            .then_some(true))
    }

    fn differs(&self, _: &str, _: &str, _: &str) -> Differs {
        Differs::No
    }
}
