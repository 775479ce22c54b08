//! Things of a plugin's realms, to which files are attached.

use std::sync::Arc;

use tracrpc_env::{Actor, Extensions, Resource};
use tracrpc_markup::{Described, RealmManager, reader_of};
use tracrpc_plugin_protocol::messages::{DescribeResource, Description};
use tracrpc_wiki::Context;

use super::links::Left;
use crate::link::{Link, resource};

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    for realm in &description.realms {
        extensions.add::<dyn RealmManager>(Arc::new(PluginRealm {
            link: link.clone(),
            realm: realm.clone(),
        }));
    }
}

struct PluginRealm {
    link: Link,
    realm: String,
}

impl RealmManager for PluginRealm {
    fn realm(&self) -> &str {
        &self.realm
    }

    fn describe(&self, id: &str, context: &Context<'_>) -> Option<Described> {
        let actor: &Actor = reader_of(context)?;
        let left = actor.env().request_slot::<Left>();
        if !left.take() {
            return None;
        }
        let asked = DescribeResource {
            resource: resource(&Resource::new(self.realm.clone(), id)),
            context: self.link.context(actor, false),
        };
        let answer = self.link.ask(actor, asked);
        let answer = answer.inspect_err(|_| left.end()).ok()?;
        Some(Described {
            path: answer.path,
            name: answer.name,
        })
    }
}
