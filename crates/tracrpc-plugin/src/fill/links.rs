//! Links of a plugin's namespaces, whose HTML is cleaned unless the plugin is trusted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracrpc_env::{Actor, Extensions};
use tracrpc_markup::{LinkCall, LinkResolver, reader_of};
use tracrpc_plugin_protocol::messages::{Description, RenderLink};

use super::macros::{cleaned, seen_from};
use crate::link::Link;

/// How many links of a request plugins are asked about. Further ones stay text.
const MOST: usize = 1000;

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    for namespace in &description.links {
        extensions.add::<dyn LinkResolver>(Arc::new(PluginLinks {
            link: link.clone(),
            namespace: namespace.clone(),
        }));
    }
}

/// How many links of a request plugins may yet be asked about.
pub(super) struct Left(AtomicUsize);

impl Default for Left {
    fn default() -> Self {
        Self(AtomicUsize::new(MOST))
    }
}

impl Left {
    pub(super) fn take(&self) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(1), Ordering::Relaxed);
        left > 0
    }

    /// One that has not answered is not asked about the next link of the text.
    pub(super) fn end(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

struct PluginLinks {
    link: Link,
    namespace: String,
}

impl LinkResolver for PluginLinks {
    fn namespace(&self) -> &str {
        &self.namespace
    }

    fn link(&self, call: &LinkCall<'_>) -> Option<String> {
        let actor: &Actor = reader_of(call.context)?;
        let left = actor.env().request_slot::<Left>();
        if !left.take() {
            return None;
        }
        let asked = RenderLink {
            namespace: self.namespace.clone(),
            target: call.target.to_owned(),
            label: call.label.to_owned(),
            resource: seen_from(call.context),
            absolute_urls: true,
            context: self.link.context(actor, false),
        };
        match self.link.ask(actor, asked) {
            Ok(rendered) => Some(cleaned(&self.link, call.context, rendered.html?)),
            Err(_) => {
                left.end();
                None
            }
        }
    }
}
