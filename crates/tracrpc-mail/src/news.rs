//! What a mail is about.

use tracrpc_env::time::Timestamp;
use tracrpc_pages::attachment::{Attachment, AttachmentEvent, AttachmentEventKind};
use tracrpc_tickets::ticket::{Ticket, TicketEvent, TicketEventKind};

/// What a mail is about.
#[derive(Clone, Debug)]
pub(super) struct News {
    /// The ticket as it was then.
    pub(super) ticket: Ticket,
    /// What happened.
    pub(super) kind: NewsKind,
    /// Who did it, in Trac's terms: the reporter of a new ticket.
    pub(super) author: String,
    /// In whose name mail is sent with `[notification] smtp_from_author`.
    pub(super) sender: String,
    /// When it happened, in Trac's terms. None where Trac knows none.
    pub(super) time: Option<Timestamp>,
}

/// What people are told of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NewsKind {
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
    pub(super) fn of_ticket(event: &TicketEvent) -> Option<Self> {
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

    pub(super) fn of_attachment(ticket: Ticket, event: &AttachmentEvent) -> Option<Self> {
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
    pub(super) fn number(&self) -> i64 {
        self.ticket.id().unwrap_or_default()
    }

    /// Whom Trac takes for the originator: the reporter, where attachments
    /// come and go.
    pub(super) fn originator(&self) -> &str {
        match self.kind {
            NewsKind::Created | NewsKind::Changed => &self.author,
            NewsKind::AttachmentAdded(_) | NewsKind::AttachmentDeleted(_) => {
                self.ticket.text("reporter")
            }
        }
    }
}
