//! Groups of users.

use std::sync::Arc;

use tracrpc_env::permission::GroupProvider;
use tracrpc_env::{Environment, Extensions, Result};
use tracrpc_plugin_protocol::messages::{Description, GroupsOf};

use crate::link::Link;

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    if description.groups {
        extensions.add::<dyn GroupProvider>(Arc::new(PluginGroups { link: link.clone() }));
    }
}

struct PluginGroups {
    link: Link,
}

impl GroupProvider for PluginGroups {
    /// A plugin that cannot answer puts nobody into a group. Groups only give, so that
    /// closes what it would have opened, and nothing else.
    fn groups_of(&self, env: &Environment, username: &str) -> Result<Vec<String>> {
        let asked = GroupsOf {
            environment: self.link.environment.clone(),
            user: username.to_owned(),
        };
        let answer = self.link.ask_in(env, asked);
        Ok(answer.map(|groups| groups.groups).unwrap_or_default())
    }
}
