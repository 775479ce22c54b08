//! What a caller gives for an update, read once.

use super::Attributes;
use super::value::GivenValue;

/// What a caller gives for an update: values of fields, and what goes with them in the
/// same struct, as the form of Trac's page for a ticket sends it.
#[derive(Clone, Debug, Default)]
pub struct TicketInput {
    /// `action`: what the workflow shall do, by its name. Without one the values are
    /// stored as they are.
    pub action: Option<GivenValue>,
    /// `_ts`: the token of the change that the caller has seen last.
    pub token: Option<GivenValue>,
    /// `replyto`: the number of the comment that this one answers, or `description`.
    pub reply_to: Option<GivenValue>,
    /// `author`: what somebody who has not logged in calls himself.
    pub called: Option<String>,
    /// `start_time`: when Trac's page was opened, in microseconds.
    pub started: Option<String>,
    /// `preview`: whether Trac's page would only show what would become of the ticket.
    pub is_preview: bool,
    /// `edited_comment`: a text in place of that of an older comment.
    pub edited_comment: Option<String>,
    all: Attributes,
}

impl From<Attributes> for TicketInput {
    fn from(all: Attributes) -> Self {
        let given = |name: &str| find(&all, name).cloned();
        let text = |name: &str| match find(&all, name) {
            Some(GivenValue::Text(text)) => Some(text.clone()),
            _ => None,
        };
        Self {
            action: given("action"),
            token: given("_ts"),
            reply_to: given("replyto").filter(GivenValue::is_truthy),
            called: text("author").filter(|name| !name.is_empty()),
            started: text("start_time"),
            is_preview: find(&all, "preview").is_some(),
            edited_comment: text("edited_comment"),
            all,
        }
    }
}

impl TicketInput {
    /// Values of fields. Among them are names that are no fields.
    pub(super) fn values(&self) -> impl Iterator<Item = (&str, &GivenValue)> {
        let all = self.all.iter().map(|(name, value)| (name.as_str(), value));
        all.filter(|(name, _)| !matches!(*name, "_ts" | "time" | "changetime"))
    }

    /// The value that was given for a field, or the argument of an action.
    pub(super) fn get(&self, name: &str) -> Option<&GivenValue> {
        find(&self.all, name)
    }
}

fn find<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a GivenValue> {
    let found = attributes.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value)
}
