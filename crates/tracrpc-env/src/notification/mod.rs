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

use std::sync::Arc;
use std::time::Duration;

use crate::actor::split_path;
use crate::attachment::{Attachment, AttachmentEvent, AttachmentEventKind};
use crate::environment::Environment;
use crate::error::Result;
use crate::events::{After, Listener};
use crate::extensions::Extensions;
use crate::ticket::{self, Ticket, TicketEvent, TicketEventKind, TicketId};
use crate::time::Timestamp;

use message::Mail;
use queue::Outbox;
use width::Ruler;

/// Has people told by mail of what happens.
pub(crate) fn register(extensions: &mut Extensions) {
    extensions.add::<dyn Listener<TicketEvent>>(Arc::new(Mailer));
    extensions.add::<dyn Listener<AttachmentEvent>>(Arc::new(Mailer));
}

/// Tells people by mail of tickets and of their attachments. Nobody who changes a
/// ticket is held up by those who are told about it.
struct Mailer;

impl Listener<TicketEvent> for Mailer {
    fn after(&self, env: &Environment, event: &TicketEvent) {
        let Some(news) = News::of_ticket(event).filter(|_| event.notify && is_enabled(env)) else {
            return;
        };
        if let Some(letter) = write(env, &event.base_url, &news) {
            letter.post(env);
        }
    }
}

/// Trac tells only of the attachments of tickets.
impl Listener<AttachmentEvent> for Mailer {
    fn after(&self, env: &Environment, event: &AttachmentEvent) {
        if let Some(letter) = letter_about(env, event) {
            letter.post(env);
        }
    }

    /// Attachments may vanish with their ticket. The mail is written while it is
    /// there.
    fn before(&self, env: &Environment, event: &AttachmentEvent) -> Option<After> {
        let letter = letter_about(env, event);
        Some(Box::new(move |env| {
            if let Some(letter) = letter {
                letter.post(env);
            }
        }))
    }
}

/// What a mail is about.
#[derive(Clone, Debug)]
struct News {
    /// The ticket as it was then.
    ticket: Ticket,
    /// What happened.
    kind: NewsKind,
    /// Who did it, in Trac's terms: the reporter of a new ticket.
    author: String,
    /// In whose name mail is sent with `[notification] smtp_from_author`.
    sender: String,
    /// When it happened, in Trac's terms. None where Trac knows none.
    time: Option<Timestamp>,
}

/// What people are told of.
#[derive(Clone, Debug, PartialEq)]
enum NewsKind {
    /// A new ticket.
    Created,
    /// A change or a comment.
    Changed,
    /// A file that was attached.
    AttachmentAdded(Attachment),
    /// A file that is gone.
    AttachmentDeleted(Attachment),
}

impl News {
    fn of_ticket(event: &TicketEvent) -> Option<Self> {
        let kind = match event.kind {
            TicketEventKind::Created => NewsKind::Created,
            TicketEventKind::Changed { .. } => NewsKind::Changed,
            TicketEventKind::CommentDeleted(_) | TicketEventKind::Deleted => return None,
        };
        Some(Self {
            ticket: event.ticket.clone(),
            kind,
            author: event.author.clone(),
            sender: event.sender.clone(),
            time: event.time,
        })
    }

    fn of_attachment(ticket: Ticket, event: &AttachmentEvent) -> Option<Self> {
        let attachment = event.attachment.clone();
        let author = attachment.author.clone().unwrap_or_default();
        let (kind, time) = match event.kind {
            AttachmentEventKind::Added => {
                let time = attachment.time;
                (NewsKind::AttachmentAdded(attachment), Some(time))
            }
            AttachmentEventKind::Deleted => (NewsKind::AttachmentDeleted(attachment), None),
            AttachmentEventKind::Moved { .. } => return None,
        };
        Some(Self {
            // Trac sends mail about files in the reporter's name.
            sender: ticket.text("reporter").to_owned(),
            ticket,
            kind,
            author,
            time,
        })
    }

    /// The number of the ticket.
    fn number(&self) -> i64 {
        self.ticket.id().unwrap_or_default()
    }

    /// Whom Trac takes for the originator: the reporter, where attachments
    /// come and go.
    fn originator(&self) -> &str {
        match self.kind {
            NewsKind::Created | NewsKind::Changed => &self.author,
            NewsKind::AttachmentAdded(_) | NewsKind::AttachmentDeleted(_) => {
                self.ticket.text("reporter")
            }
        }
    }
}

/// The mail about an attachment that came or went.
fn letter_about(env: &Environment, event: &AttachmentEvent) -> Option<Letter> {
    let parent = &event.attachment.parent;
    if parent.realm != "ticket" || !tells_of_attachments(env) {
        return None;
    }
    let id = parent.id();
    match TicketId::from_given(&id.into()).and_then(|id| ticket::fetch(env, id)) {
        Ok(ticket) => write(env, &event.base_url, &News::of_attachment(ticket, event)?),
        Err(error) => {
            tracing::error!(%error, ticket.id = id, "no mail is sent");
            None
        }
    }
}

/// A mail with the number of the ticket that it is about.
struct Letter {
    ticket: i64,
    mail: Mail,
}

impl Letter {
    /// How much it takes while it waits.
    fn bytes(&self) -> usize {
        self.mail.bytes.len()
    }

    /// Leaves it to the thread that sends mail.
    fn post(self, env: &Environment) {
        env.slot::<Outbox>().put(env, self);
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
    env.slot::<Outbox>().finish(patience)
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
fn write(env: &Environment, base_url: &str, event: &News) -> Option<Letter> {
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
fn try_write(env: &Environment, base_url: &str, event: &News) -> Result<Option<Mail>> {
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
