//! What is wrong with files before they are attached.

use std::sync::Arc;

use tracrpc_env::{Actor, Extensions, Result};
use tracrpc_pages::attachment::{Attachment, AttachmentManipulator, AttachmentProblem};
use tracrpc_plugin_protocol::messages::{AttachmentValidate, Description};

use crate::link::{Link, resource};

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    if description.has_hook("attachment/validate") {
        extensions.add::<dyn AttachmentManipulator>(Arc::new(Validate { link: link.clone() }));
    }
}

struct Validate {
    link: Link,
}

impl AttachmentManipulator for Validate {
    fn validate(&self, actor: &Actor, attachment: &Attachment) -> Result<Vec<AttachmentProblem>> {
        let asked = AttachmentValidate {
            context: self.link.context(actor, false),
            resource: resource(&attachment.parent),
            filename: attachment.filename.clone(),
            description: attachment.description.clone().unwrap_or_default(),
            size: attachment.size,
            author: attachment.author.clone().unwrap_or_default(),
        };
        let answer = self.link.ask(actor, asked);
        let answer = answer.map_err(|failure| self.link.error(failure))?;
        let problems = answer.problems.into_iter();
        Ok(problems
            .map(|(field, message)| AttachmentProblem { field, message })
            .collect())
    }
}
