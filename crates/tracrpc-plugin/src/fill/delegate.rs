//! Built-in methods that go to a plugin as a whole.

use std::collections::HashSet;
use std::sync::Arc;

use tracrpc_env::Extensions;
use tracrpc_methods::{Layer, Namespace, Next, fault_from};
use tracrpc_plugin_protocol::messages::{Call, Description};
use tracrpc_wire::{Fault, Output};

use super::methods::output;
use crate::link::Link;

/// What it calls is to go through all layers, which refuse some of it.
const MANY: &str = "system.multicall";

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    let namespaces = extensions.of::<Namespace>().iter();
    let known: HashSet<&str> = namespaces
        .flat_map(|namespace| namespace.methods())
        .map(|method| method.name())
        .collect();
    let own = description.methods.iter().map(|row| row.name.as_str());
    let own: HashSet<&str> = own.collect();
    let named = description.delegates.iter().map(|(name, _)| name.as_str());
    let names: HashSet<String> = named
        .filter(|name| known.contains(name) && !own.contains(name) && *name != MANY)
        .map(str::to_owned)
        .collect();
    if !names.is_empty() {
        let link = link.clone();
        extensions.add::<dyn Layer>(Arc::new(Delegate { link, names }));
    }
}

struct Delegate {
    link: Link,
    names: HashSet<String>,
}

impl Layer for Delegate {
    fn around(&self, next: Next<'_>) -> Result<Output, Fault> {
        let (name, actor) = (next.method().name(), next.actor());
        // The plugin would make calls that the login of the caller is not good for.
        let calls_others = name == "system.multicall" && actor.scopes().is_some();
        if !self.names.contains(name) || calls_others {
            return next.run();
        }
        if let Some(action) = next.method().required_permission() {
            let allowed = actor.require_anywhere(action);
            allowed.map_err(|error| fault_from(error, actor))?;
        }
        let call = Call {
            method: name.to_owned(),
            args: next.arguments().to_vec(),
            context: self.link.context(actor, next.is_inner()),
            exchange: None,
        };
        let answer = self.link.ask(actor, call);
        output(answer.map_err(|failure| failure.into_fault(self.link.name()))?)
    }
}
