//! LegacyAttachmentPolicy: attachments follow what they belong to, and users
//! may delete their own.

use std::sync::Arc;

use tracrpc_translation::message;

use super::{Differs, Policy, PolicySetting, Question};
use crate::error::{Error, Result};
use crate::resource::Resource;

struct LegacyAttachmentPolicy;

pub(super) fn make(_: &PolicySetting<'_>) -> Arc<dyn Policy> {
    Arc::new(LegacyAttachmentPolicy)
}

impl Policy for LegacyAttachmentPolicy {
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        let Some(attachment) = question.in_realm("attachment") else {
            return Ok(None);
        };
        if !question.action().starts_with("ATTACHMENT_") {
            return Ok(None);
        }
        let Some(parent) = attachment.parent.as_deref() else {
            return Ok(None);
        };
        if question.action() == "ATTACHMENT_DELETE" && is_author(question, attachment, parent)? {
            return Ok(Some(true));
        }
        match parents_action(question.action(), &parent.realm) {
            Some(action) => question.may(action, Some(parent)).map(Some),
            None => Ok(None),
        }
    }

    fn differs(&self, _: &str, _: &str, realm: &str) -> Differs {
        match realm {
            "attachment" => Differs::ByResource,
            _ => Differs::No,
        }
    }
}

/// The action on the parent that stands for one on its attachments.
fn parents_action(action: &str, realm: &str) -> Option<&'static str> {
    Some(match (action, realm) {
        ("ATTACHMENT_CREATE", "ticket") => "TICKET_APPEND",
        ("ATTACHMENT_CREATE", "wiki") => "WIKI_MODIFY",
        ("ATTACHMENT_CREATE", "milestone") => "MILESTONE_MODIFY",
        ("ATTACHMENT_VIEW", "ticket") => "TICKET_VIEW",
        ("ATTACHMENT_VIEW", "wiki") => "WIKI_VIEW",
        ("ATTACHMENT_VIEW", "milestone") => "MILESTONE_VIEW",
        ("ATTACHMENT_DELETE", "ticket") => "TICKET_ADMIN",
        ("ATTACHMENT_DELETE", "wiki") => "WIKI_DELETE",
        ("ATTACHMENT_DELETE", "milestone") => "MILESTONE_DELETE",
        _ => return None,
    })
}

fn is_author(question: &Question<'_>, attachment: &Resource, parent: &Resource) -> Result<bool> {
    let filename = attachment.id();
    if filename.is_empty() || question.is_anonymous() {
        return Ok(false);
    }
    let row = question.env().db().read(|connection| {
        connection.query_one(
            "SELECT author FROM attachment WHERE type = ? AND id = ? AND filename = ? ORDER BY time",
            &[parent.realm.as_ref().into(), parent.id().into(), filename.into()],
        )
    })?;
    let row = row.ok_or_else(|| missing(parent, filename))?;
    let author: Option<String> = row.get(0)?;
    Ok(author.as_deref() == Some(question.username()))
}

fn missing(parent: &Resource, filename: &str) -> Error {
    let title = format!("{}:{}: {filename}", parent.realm, parent.id());
    Error::not_found(message!(
        "Attachment '%(title)s' does not exist.",
        title = title
    ))
    .with_title(message!("Invalid Attachment"))
}
