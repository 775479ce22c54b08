//! Telling people about changes: who wants to know what, and the mail to them.
//!
//! The rules are those of Trac 1.6: `[notification]`, `[notification-subscriber]` and the table
//! `notify_subscription`. A mail is written in the call that causes it, of what is
//! true then, and sent outside of it.

mod address;
mod author;
mod body;
mod change;
mod headers;
mod layout;
mod message;
mod queue;
mod recipient;
mod subject;
mod subscriber;
mod subscription;
mod transport;
mod width;
mod wrap;

use std::time::Duration;

use crate::actor::{Actor, split_path};
use crate::attachment::Attachment;
use crate::environment::Environment;
use crate::error::Result;
use crate::ticket::{self, Ticket, TicketId};
use crate::time::Timestamp;

use message::Mail;
pub(crate) use queue::Outbox;
use width::Ruler;

/// Something that happened to a ticket and that people may want to know.
#[derive(Clone, Debug)]
pub(crate) struct TicketEvent {
    /// The ticket as it was then.
    pub(crate) ticket: Ticket,
    /// What happened.
    pub(crate) kind: TicketEventKind,
    /// Who did it, in Trac's terms: the reporter of a new ticket.
    pub(crate) author: String,
    /// In whose name mail is sent with `[notification] smtp_from_author`: nobody
    /// sends mail in the name of somebody else by naming him as the reporter.
    pub(crate) sender: String,
    /// When it happened, in Trac's terms: the time that the change carries.
    /// None where Trac knows none.
    pub(crate) time: Option<Timestamp>,
}

/// What can happen to a ticket.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TicketEventKind {
    /// It was made.
    Created,
    /// It was changed or commented.
    Changed,
    /// A file was attached to it.
    AttachmentAdded(Attachment),
    /// A file that was attached to it is gone.
    AttachmentDeleted(Attachment),
}

impl TicketEvent {
    fn of_attachment(ticket: Ticket, kind: TicketEventKind, attachment: &Attachment) -> Self {
        let time = match kind {
            TicketEventKind::AttachmentAdded(_) => Some(attachment.time),
            _ => None,
        };
        Self {
            // Trac sends mail about files in the reporter's name.
            sender: ticket.text("reporter").to_owned(),
            ticket,
            kind,
            author: attachment.author.clone().unwrap_or_default(),
            time,
        }
    }

    /// The number of the ticket.
    fn number(&self) -> i64 {
        self.ticket.id().unwrap_or_default()
    }

    /// Whom Trac takes for the originator: the reporter, where attachments
    /// come and go.
    fn originator(&self) -> &str {
        match self.kind {
            TicketEventKind::Created | TicketEventKind::Changed => &self.author,
            TicketEventKind::AttachmentAdded(_) | TicketEventKind::AttachmentDeleted(_) => {
                self.ticket.text("reporter")
            }
        }
    }
}

/// Tells people of an event. Never fails, and never waits for a mail server:
/// whoever changes a ticket is not held up by those who are told about it.
pub(crate) fn ticket_event(actor: &Actor, event: &TicketEvent) {
    if is_enabled(actor.env())
        && let Some(letter) = write(actor.env(), actor.base_url(), event)
    {
        letter.post(actor.env());
    }
}

/// Tells people that an attachment came or went, in an environment that is
/// reached at `base_url`. Trac tells only of those of tickets.
pub(crate) fn attachment_event(
    env: &Environment,
    base_url: &str,
    attachment: &Attachment,
    kind: fn(Attachment) -> TicketEventKind,
) {
    if attachment.parent.realm != "ticket" || !tells_of_attachments(env) {
        return;
    }
    let id = attachment.parent.id();
    match TicketId::from_given(&id.into()).and_then(|id| ticket::fetch(env, id)) {
        Ok(ticket) => {
            let event = TicketEvent::of_attachment(ticket, kind(attachment.clone()), attachment);
            if let Some(letter) = write(env, base_url, &event) {
                letter.post(env);
            }
        }
        Err(error) => tracing::error!(%error, ticket.id = id, "no mail is sent"),
    }
}

/// The mail about attachments that vanish with their ticket, written while it
/// is there, to be posted when it is gone.
pub(crate) fn farewell(actor: &Actor, ticket: &Ticket, attachments: &[Attachment]) -> Vec<Letter> {
    let env = actor.env();
    if attachments.is_empty() || !tells_of_attachments(env) {
        return Vec::new();
    }
    let letter = |attachment: &Attachment| {
        let kind = TicketEventKind::AttachmentDeleted(attachment.clone());
        let event = TicketEvent::of_attachment(ticket.clone(), kind, attachment);
        write(env, actor.base_url(), &event)
    };
    attachments.iter().filter_map(letter).collect()
}

/// A mail with the number of the ticket that it is about.
pub(crate) struct Letter {
    ticket: i64,
    mail: Mail,
}

impl Letter {
    /// How much it takes while it waits.
    fn bytes(&self) -> usize {
        self.mail.bytes.len()
    }

    /// Leaves it to the thread that sends mail.
    pub(crate) fn post(self, env: &Environment) {
        env.outbox().put(env, self);
    }
}

/// The components of Trac without which there is no mail about tickets.
const NEEDED: [&str; 2] = [
    "trac.notification.mail.EmailDistributor",
    "trac.ticket.notification.TicketFormatter",
];

fn is_enabled(env: &Environment) -> bool {
    let config = env.config();
    config.notification().smtp_enabled && NEEDED.iter().all(|component| config.is_on(component))
}

fn tells_of_attachments(env: &Environment) -> bool {
    let notifier = "trac.ticket.notification.TicketAttachmentNotifier";
    env.config().is_on(notifier) && is_enabled(env)
}

/// Waits until all mail of an environment is sent or given up, at most for
/// `patience`. Whether nothing is left.
pub fn finish(env: &Environment, patience: Duration) -> bool {
    env.outbox().finish(patience)
}

/// What links in mail begin with: `[trac] base_url`, else the path alone. Trac then takes the host
/// of the first request that it ever answers; but whoever calls chooses that, and those who
/// get the mail would follow it.
fn links_to(env: &Environment, base_url: &str) -> String {
    match env.config().trac().base_url.trim_end_matches('/') {
        "" => {
            tracing::warn!("[trac] base_url is not set: links in mail lead to no host");
            split_path(base_url).1.to_owned()
        }
        configured => configured.to_owned(),
    }
}

/// The mail about an event; none if nobody wants to know, or with an entry in
/// the log.
fn write(env: &Environment, base_url: &str, event: &TicketEvent) -> Option<Letter> {
    let ticket = event.number();
    match try_write(env, &links_to(env, base_url), event) {
        Ok(mail) => mail.map(|mail| Letter { ticket, mail }),
        Err(error) => {
            tracing::error!(%error, ticket.id = ticket, "no mail is sent");
            None
        }
    }
}

/// # Errors
/// What cannot be read or configured.
fn try_write(env: &Environment, base_url: &str, event: &TicketEvent) -> Result<Option<Mail>> {
    let config = env.config();
    let change = change::Change::read(env, event)?;
    let matcher = address::Matcher::new(env, &config)?;
    let subscriptions = subscriber::subscriptions(env, &matcher, event, &change)?;
    let recipients = recipient::recipients(env, &matcher, subscriptions)?;
    if recipients.is_empty() {
        return Ok(None);
    }
    let ruler = Ruler {
        ambiguous_is_wide: config.notification().ambiguous_char_width == "double",
    };
    let story = message::Story {
        env,
        config: &config,
        base_url,
        event,
        change: &change,
        matcher: &matcher,
        ruler,
    };
    message::compose(&story, &recipients).map(Some)
}
