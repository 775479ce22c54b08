//! DefaultPermissionPolicy: yes to what the permission table grants.

use std::sync::Arc;

use super::{Differs, Policy, PolicySetting, Question};
use crate::error::Result;

struct DefaultPermissionPolicy;

pub(super) fn make(_: &PolicySetting<'_>) -> Arc<dyn Policy> {
    Arc::new(DefaultPermissionPolicy)
}

impl Policy for DefaultPermissionPolicy {
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        Ok(question.has_been_granted().then_some(true))
    }

    fn differs(&self, _: &str, _: &str, _: &str) -> Differs {
        Differs::No
    }
}
