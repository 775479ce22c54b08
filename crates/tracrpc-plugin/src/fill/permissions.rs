//! Actions, and permission policies.

use std::sync::Arc;

use tracrpc_env::permission::{ActionDefinition, Policy, PolicyProvider, Question};
use tracrpc_env::{Extensions, Result};
use tracrpc_plugin_protocol::messages::{CheckPolicy, Description};

use crate::link::{Link, resource};

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    for (name, implies) in &description.actions {
        extensions.add(Arc::new(ActionDefinition {
            name: name.clone(),
            implies: implies.clone(),
        }));
    }
    // Of two with the same name the first counts.
    for name in &description.policies {
        let policy: Arc<dyn Policy> = Arc::new(PluginPolicy {
            link: link.clone(),
            name: name.clone(),
        });
        let provider = PolicyProvider::new(name, move |_| Arc::clone(&policy));
        extensions.add(Arc::new(provider));
    }
}

struct PluginPolicy {
    link: Link,
    name: String,
}

impl Policy for PluginPolicy {
    /// A policy that cannot answer refuses, whatever others would say.
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        let asked = CheckPolicy {
            environment: self.link.environment.clone(),
            policy: self.name.clone(),
            user: question.username().to_owned(),
            questions: vec![(
                question.action().to_owned(),
                question.resource().map(resource),
            )],
        };
        let answer = self.link.ask_in(question.env(), asked);
        let answers = answer.map(|policies| policies.answers);
        match answers.as_deref() {
            Ok([answer]) => Ok(*answer),
            Ok(_) => {
                let (plugin, policy) = (self.link.name(), &self.name);
                tracing::error!(
                    plugin,
                    policy,
                    "a policy has not answered what it was asked"
                );
                Ok(Some(false))
            }
            // That there is no answer was logged.
            Err(_) => Ok(Some(false)),
        }
    }

    fn waits(&self) -> bool {
        true
    }
}
