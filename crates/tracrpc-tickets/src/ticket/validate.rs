//! What Trac checks before it saves a ticket that was submitted with an action.

use tracrpc_env::config::Config;
use tracrpc_env::text::{escape, length};
use tracrpc_env::{Actor, Error, Result};
use tracrpc_translation::{Message, message};

use super::field::{Field, FieldKind};
use super::input::TicketInput;
use super::manipulator::TicketManipulator;
use super::model::Ticket;
use super::name::FieldName;
use super::value::{FieldValue, GivenValue};
use super::warnings::Warnings;

/// The text for a ticket that somebody else has changed meanwhile.
pub(super) fn collision() -> Message {
    message!(
        "Your changes have not been saved because this ticket has been modified since you \
         started editing."
    )
}

/// What was submitted besides the values of fields.
pub(super) struct Submission<'a> {
    /// The comment.
    pub(super) comment: Option<&'a str>,
    /// The time of the change that the caller has seen, in microseconds.
    pub(super) seen: i64,
    /// All that was given.
    pub(super) input: &'a TicketInput,
}

/// Whether the ticket can be saved; `warnings` say why not.
///
/// Dates that were given as text become times.
///
/// # Errors
/// `Invalid` for a reply to something that is no comment; a database that fails.
pub(super) fn validate(
    actor: &Actor,
    ticket: &mut Ticket,
    submission: &Submission<'_>,
    warnings: &mut Warnings,
) -> Result<bool> {
    let mut check = Check {
        actor,
        warnings,
        valid: true,
    };
    check.permissions(ticket)?;
    check.comment_permission(ticket, submission)?;
    check.collision(ticket, submission);
    require_thread(submission)?;
    let definitions = std::sync::Arc::clone(ticket.definitions());
    check.comment_length(definitions.config(), submission)?;
    check.choices(ticket);
    check.texts(definitions.config(), ticket)?;
    check.custom_lengths(ticket);
    check.dates(ticket)?;
    check.manipulators(ticket, submission)?;
    Ok(check.valid)
}

struct Check<'a> {
    actor: &'a Actor,
    warnings: &'a mut Warnings,
    valid: bool,
}

impl Check<'_> {
    fn fail(&mut self, message: &Message) {
        self.valid = false;
        self.warn(message);
    }

    fn warn(&mut self, message: &Message) {
        let text = message.in_language(self.actor.catalog());
        self.warnings.add(escape(&text));
    }

    fn fail_field(&mut self, field: &str, message: &Message) {
        self.valid = false;
        let catalog = self.actor.catalog();
        let field = format!("<strong>{}</strong>", escape(field));
        let message = escape(&message.in_language(catalog));
        self.warnings.add(catalog.html(
            "The ticket field %(field)s is invalid: %(message)s",
            escape,
            &[("field", &field), ("message", &message)],
        ));
    }

    /// What extensions have against it.
    fn manipulators(&mut self, ticket: &mut Ticket, submission: &Submission<'_>) -> Result<()> {
        let extensions = self.actor.env().extensions();
        let comment = submission.comment.unwrap_or_default();
        for manipulator in extensions.of::<dyn TicketManipulator>() {
            for problem in manipulator.validate(self.actor, ticket, comment)? {
                let message = Message::from(problem.message);
                match problem.field {
                    Some(field) => self.fail_field(&field, &message),
                    None => self.fail(&message),
                }
            }
        }
        Ok(())
    }

    /// Who may change which fields. The workflow changes status and resolution
    /// by its own rules. If anything is forbidden, nothing stays changed.
    fn permissions(&mut self, ticket: &mut Ticket) -> Result<()> {
        if ticket.old_values().is_empty() {
            return Ok(());
        }
        let resource = ticket.resource();
        let changed = |name: &str| ticket.old_values().contains_key(name);
        let (description, reporter) = (changed("description"), changed("reporter"));
        let is_other = |name: &FieldName| {
            !matches!(
                name.as_str(),
                "description" | "reporter" | "status" | "resolution"
            )
        };
        let others = ticket.old_values().keys().any(is_other);
        if description && !self.actor.can("TICKET_EDIT_DESCRIPTION", &resource)? {
            self.fail(&message!("No permission to edit the ticket description."));
        }
        if reporter && !self.actor.can("TICKET_ADMIN", &resource)? {
            self.fail(&message!("No permission to change the ticket reporter."));
        }
        if others && !self.actor.can("TICKET_CHGPROP", &resource)? {
            self.fail(&message!("No permission to change ticket fields."));
        }
        if !self.valid {
            ticket.revert();
        }
        Ok(())
    }

    fn comment_permission(&mut self, ticket: &Ticket, submission: &Submission<'_>) -> Result<()> {
        let resource = ticket.resource();
        if submission.has_comment() && !self.actor.can("TICKET_APPEND", &resource)? {
            self.fail(&message!("No permissions to add a comment."));
        }
        Ok(())
    }

    fn collision(&mut self, ticket: &Ticket, submission: &Submission<'_>) {
        if ticket.old_values().is_empty() && !submission.has_comment() {
            return;
        }
        let changetime = ticket.changetime();
        let started = submission.input.started.as_deref();
        let is_preview = submission.input.is_preview;
        if is_preview && started != Some(changetime.to_string().as_str()) {
            self.warn(&message!(
                "This ticket has been modified since you started editing."
            ));
        } else if submission.seen != changetime {
            self.fail(&collision());
        }
    }

    fn comment_length(&mut self, config: &Config, submission: &Submission<'_>) -> Result<()> {
        let edited = submission.input.edited_comment.as_deref();
        let comment = submission
            .comment
            .filter(|comment| !comment.is_empty())
            .or(edited);
        let limit = config.ticket().max_comment_size.get()?;
        if exceeds(comment.unwrap_or_default(), limit) {
            self.fail(&message!(
                "The ticket comment is invalid: %(message)s",
                message = too_long(limit),
            ));
        }
        Ok(())
    }

    /// Changed fields with a list of values have to have one of it.
    fn choices(&mut self, ticket: &Ticket) {
        for field in ticket.fields() {
            let Some(options) = field.options.as_ref().filter(|_| field.name != "status") else {
                continue;
            };
            if !ticket.old_values().contains_key(&field.name) {
                continue;
            }
            let value = ticket.text(&field.name);
            if value.is_empty() {
                if !field.optional {
                    self.fail_field(&field.name, &message!("field cannot be empty"));
                }
            } else if !options.iter().any(|option| option == value) {
                self.fail_field(
                    &field.name,
                    &message!("\"%(value)s\" is not a valid value", value = value),
                );
            }
        }
    }

    fn texts(&mut self, config: &Config, ticket: &Ticket) -> Result<()> {
        let limits = config.ticket();
        let most = limits.max_description_size.get()?;
        if exceeds(ticket.text("description"), most) {
            self.fail_field("description", &too_long(most));
        }
        let most = limits.max_summary_size.get()?;
        if ticket.text("summary").is_empty() {
            self.fail_field("summary", &message!("Tickets must contain a summary."));
        } else if exceeds(ticket.text("summary"), most) {
            self.fail_field("summary", &too_long(most));
        }
        Ok(())
    }

    fn custom_lengths(&mut self, ticket: &Ticket) {
        for field in ticket.fields().custom() {
            let limit = field
                .custom
                .as_ref()
                .and_then(|custom| custom.max_size)
                .unwrap_or(0);
            if limit > 0 && exceeds(ticket.text(&field.name), limit) {
                self.fail_field(label(field), &too_long(limit));
            }
        }
    }

    /// Custom fields of type time take dates as text, in the caller's time zone.
    fn dates(&mut self, ticket: &mut Ticket) -> Result<()> {
        let definitions = std::sync::Arc::clone(ticket.definitions());
        let times = definitions
            .fields()
            .custom()
            .filter(|field| field.kind == FieldKind::Time);
        for field in times {
            if !ticket.old_values().contains_key(&field.name) {
                continue;
            }
            let value = match ticket.get(&field.name) {
                Some(FieldValue::Time(_)) => continue,
                Some(FieldValue::Text(text)) if !text.is_empty() => {
                    match super::dates::parse_user(self.actor, text, field.format.as_deref()) {
                        Ok(time) => GivenValue::Time(time),
                        Err(error) => {
                            self.fail_field(label(field), &error.into_message());
                            continue;
                        }
                    }
                }
                _ => GivenValue::Null,
            };
            ticket.set(&field.name, value)?;
        }
        Ok(())
    }
}

impl Submission<'_> {
    fn has_comment(&self) -> bool {
        self.comment.is_some_and(|comment| !comment.is_empty())
    }
}

/// A reply is one to a comment's number or to the description.
fn require_thread(submission: &Submission<'_>) -> Result<()> {
    let Some(reply) = &submission.input.reply_to else {
        return Ok(());
    };
    if reply.to_int().is_some() || reply.display() == "description" {
        return Ok(());
    }
    Err(Error::invalid(message!(
        "Invalid comment threading identifier"
    )))
}

fn exceeds(text: &str, limit: i64) -> bool {
    i64::try_from(length(text)).unwrap_or(i64::MAX) > limit
}

fn too_long(limit: i64) -> Message {
    message!(
        "Must be less than or equal to %(num)s characters",
        num = limit
    )
}

fn label(field: &Field) -> &str {
    if field.label.is_empty() {
        &field.name
    } else {
        &field.label
    }
}
