//! Pages before they are shown.

use std::sync::Arc;

use tracrpc_env::{Actor, Extensions, Result};
use tracrpc_pages::page::{Page, PageManipulator};
use tracrpc_plugin_protocol::messages::{Description, PrepareWiki};

use crate::link::Link;

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    if description.has_hook("wiki/prepare") {
        extensions.add::<dyn PageManipulator>(Arc::new(Prepare { link: link.clone() }));
    }
}

struct Prepare {
    link: Link,
}

impl PageManipulator for Prepare {
    fn prepare(&self, actor: &Actor, page: &Page, text: String) -> Result<String> {
        let asked = PrepareWiki {
            context: self.link.context(actor, false),
            page: page.name.clone(),
            version: Some(page.version),
            text,
        };
        let answer = self.link.ask(actor, asked);
        let answer = answer.map_err(|failure| self.link.error(failure))?;
        Ok(answer.text)
    }
}
