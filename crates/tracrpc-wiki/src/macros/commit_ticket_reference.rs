//! `{{{#!CommitTicketReference repository="" revision="12"`: the message of a changeset, as it stands
//! in the comments that commits leave on tickets (`tracopt/ticket/commit_updater.py`).

use super::{Call, Expansion, ExpansionError, Macro};
use crate::Element;
use crate::component::COMMIT_TICKET_REFERENCE;

pub(super) struct CommitTicketReference;

impl Macro for CommitTicketReference {
    fn name(&self) -> &str {
        "CommitTicketReference"
    }

    fn component(&self) -> &str {
        COMMIT_TICKET_REFERENCE
    }

    fn description(&self) -> Option<&str> {
        Some("Show the message of a changeset, in a comment that its commit has left on a ticket.")
    }

    /// No repository is opened: the message is what the comment says, as in Trac for a changeset
    /// that there is not.
    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let message = call.text.unwrap_or_default();
        let resource = call.context.resource.as_ref();
        let ticket = resource.filter(|resource| resource.realm == "ticket");
        if ticket.is_some_and(|ticket| !refers_to(message, &ticket.id)) {
            let hint = call.say("(The changeset message doesn't reference this ticket)");
            let hint = Element::new("p").attribute("class", "hint").text(hint);
            return Ok(Expansion::element(hint));
        }
        Ok(Expansion::element(
            Element::new("div")
                .attribute("class", "message")
                .html(&call.render_lines(message)),
        ))
    }
}

/// Whether a message names a ticket: `#12`, `ticket:12`, `issue 12`, `bug12`.
fn refers_to(message: &str, ticket: &str) -> bool {
    let Ok(ticket) = ticket.parse::<u64>() else {
        return false;
    };
    let prefixes = ["#", "ticket", "issue", "bug"];
    prefixes.iter().any(|prefix| {
        let mut after = message.split(prefix).skip(1);
        after.any(|after| {
            let after = match *prefix {
                "#" => after,
                _ => after.strip_prefix([':', ' ']).unwrap_or(after),
            };
            let end = after.find(|c: char| !c.is_ascii_digit());
            after[..end.unwrap_or(after.len())].parse() == Ok(ticket)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::refers_to;

    #[test]
    fn references() {
        let check = |message: &str, expected: bool| {
            assert_eq!(refers_to(message, "12"), expected, "{message}");
        };
        for message in [
            "Fix #12.",
            "#1, #12",
            "ticket:12",
            "see ticket 12",
            "bug12",
            "issue #12",
        ] {
            check(message, true);
        }
        for message in ["", "12", "#121", "ticket  12", "#1 2", "tickets 12", "# 12"] {
            check(message, false);
        }
    }
}
