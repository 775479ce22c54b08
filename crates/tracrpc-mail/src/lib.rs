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
mod letter;
mod message;
mod news;
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

use letter::Letter;
pub use message::Mail;
use news::News;
pub use queue::MailLoad;
use queue::Outbox;
pub use subscriber::{Subscriber, TicketNotification};
use tracrpc_env::actor::split_path;
use tracrpc_env::{After, Environment, Extensions, Listener, Result};
use tracrpc_pages::attachment::AttachmentEvent;
use tracrpc_tickets::ticket::{self, TicketEvent, TicketId};
pub use transport::{Failure, Handed, MailSender};
use width::Ruler;

/// Has people told by mail of what happens.
pub fn register(extensions: &mut Extensions) {
    extensions.add::<dyn Listener<TicketEvent>>(Arc::new(Mailer));
    extensions.add::<dyn Listener<AttachmentEvent>>(Arc::new(Mailer));
    subscriber::register(extensions);
    transport::register(extensions);
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
            post(env, letter);
        }
    }
}

/// Trac tells only of the attachments of tickets.
impl Listener<AttachmentEvent> for Mailer {
    fn after(&self, env: &Environment, event: &AttachmentEvent) {
        if let Some(letter) = letter_about(env, event) {
            post(env, letter);
        }
    }

    /// Attachments may vanish with their ticket. The mail is written while it is
    /// there.
    fn before(&self, env: &Environment, event: &AttachmentEvent) -> Option<After> {
        let letter = letter_about(env, event);
        Some(Box::new(move |env| {
            if let Some(letter) = letter {
                post(env, letter);
            }
        }))
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

/// Leaves a mail to the thread that sends it.
fn post(env: &Environment, letter: Letter) {
    env.slot::<Outbox>().put(env, letter);
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

/// What there is to do for an environment's mail. Nobody is waited for.
pub fn load(env: &Environment) -> MailLoad {
    env.slot::<Outbox>().load()
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
