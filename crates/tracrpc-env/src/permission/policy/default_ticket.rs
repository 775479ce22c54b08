//! DefaultTicketPolicy: reporters may edit their tickets' descriptions, authors
//! their comments, and who sees milestones may choose one.

use std::sync::Arc;

use tracrpc_translation::message;

use super::{Differs, Policy, PolicySetting, Question};
use crate::error::{Error, Result};
use crate::permission::Actions;
use crate::resource::Resource;

struct DefaultTicketPolicy {
    actions: Arc<Actions>,
}

pub(super) fn make(setting: &PolicySetting<'_>) -> Arc<dyn Policy> {
    Arc::new(DefaultTicketPolicy {
        actions: Arc::clone(setting.actions),
    })
}

impl Policy for DefaultTicketPolicy {
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        let allowed = match question.action() {
            "TICKET_CHG_MILESTONE" => self.may_choose_milestone(question)?,
            "TICKET_EDIT_DESCRIPTION" => is_reporter(question)?,
            "TICKET_EDIT_COMMENT" => is_comment_author(question)?,
            _ => false,
        };
        Ok(allowed.then_some(true))
    }

    fn differs(&self, _: &str, action: &str, realm: &str) -> Differs {
        match (action, realm) {
            ("TICKET_EDIT_DESCRIPTION", "ticket") | ("TICKET_EDIT_COMMENT", "comment") => {
                Differs::ByResource
            }
            _ => Differs::No,
        }
    }
}

impl DefaultTicketPolicy {
    /// Only as long as nobody defines the action, in `[extra-permissions]` for one.
    fn may_choose_milestone(&self, question: &Question<'_>) -> Result<bool> {
        Ok(!self.actions.contains(question.action())
            && with_id(question.resource(), "milestone").is_some()
            && question.also("MILESTONE_VIEW")?)
    }
}

fn is_reporter(question: &Question<'_>) -> Result<bool> {
    let Some(id) = with_id(question.resource(), "ticket") else {
        return Ok(false);
    };
    if question.is_anonymous()
        || !(question.also("TICKET_CHGPROP")? || question.also("TICKET_APPEND")?)
    {
        return Ok(false);
    }
    let reporter = reporter_of(question, id)?;
    Ok(reporter.as_deref() == Some(question.username()))
}

fn is_comment_author(question: &Question<'_>) -> Result<bool> {
    let Some(number) = with_id(question.resource(), "comment") else {
        return Ok(false);
    };
    let ticket = question
        .resource
        .and_then(|comment| comment.parent.as_deref());
    let Some((ticket, id)) = ticket.zip(with_id(ticket, "ticket")) else {
        return Ok(false);
    };
    if question.is_anonymous() || !question.may("TICKET_APPEND", Some(ticket))? {
        return Ok(false);
    }
    reporter_of(question, id)?;
    let author = comment_author(question, id, number)?;
    Ok(author.as_deref() == Some(question.username()))
}

/// The resource's id, if it is of the realm and has one.
fn with_id<'a>(resource: Option<&'a Resource>, realm: &str) -> Option<&'a str> {
    resource
        .filter(|resource| resource.realm == realm)?
        .id
        .as_deref()
}

fn reporter_of(question: &Question<'_>, id: &str) -> Result<Option<String>> {
    let missing = || {
        Error::not_found(message!("Ticket %(id)s does not exist.", id = id))
            .with_title(message!("Invalid ticket number"))
    };
    let number: i64 = id.parse().map_err(|_| missing())?;
    let row = question.env().db().read(|connection| {
        connection.query_one("SELECT reporter FROM ticket WHERE id = ?", &[number.into()])
    })?;
    Ok(row.ok_or_else(missing)?.get(0)?)
}

/// Who wrote a ticket's comment; its number is the `oldvalue` of the comment's
/// row, or what follows the last dot of it, if the comment answers another.
fn comment_author(question: &Question<'_>, id: &str, number: &str) -> Result<Option<String>> {
    let Ok(id) = id.parse::<i64>() else {
        return Ok(None);
    };
    let rows = question.env().db().read(|connection| {
        connection.query(
            "SELECT oldvalue, author FROM ticket_change WHERE ticket = ? AND field = 'comment' \
             ORDER BY time",
            &[id.into()],
        )
    })?;
    for row in rows {
        let numbered: Option<String> = row.get(0)?;
        if numbered.is_some_and(|old| old.rsplit('.').next() == Some(number)) {
            return Ok(row.get(1)?);
        }
    }
    Ok(None)
}
