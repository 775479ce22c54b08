//! An action and a permission policy: while a project is frozen, only those who have
//! `FREEZE_ADMIN` change its tickets.

use std::sync::Arc;

use tracrpc_env::permission::{
    ActionDefinition, Differs, Policy, PolicyProvider, PolicySetting, Question,
};
use tracrpc_env::{Extensions, Result};

/// Adds both.
pub fn extend(extensions: &mut Extensions) {
    extensions.add(Arc::new(ActionDefinition {
        name: "FREEZE_ADMIN".to_owned(),
        implies: vec!["TICKET_VIEW".to_owned()],
    }));
    extensions.add(Arc::new(PolicyProvider::new("FreezePolicy", make)));
}

fn make(setting: &PolicySetting<'_>) -> Arc<dyn Policy> {
    let is_frozen = setting.config().get_bool("freeze", "tickets");
    Arc::new(FreezePolicy { is_frozen })
}

struct FreezePolicy {
    is_frozen: bool,
}

const CHANGES: [&str; 4] = [
    "TICKET_CREATE",
    "TICKET_CHGPROP",
    "TICKET_APPEND",
    "TICKET_MODIFY",
];

impl Policy for FreezePolicy {
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        let is_change = CHANGES.contains(&question.action());
        match self.is_frozen && is_change && !question.may("FREEZE_ADMIN", None)? {
            true => Ok(Some(false)),
            false => Ok(None),
        }
    }

    fn differs(&self, _: &str, _: &str, _: &str) -> Differs {
        Differs::No
    }
}
