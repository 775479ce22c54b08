//! Listeners, and a namespace that tells what they heard.

use std::sync::{Arc, Mutex, PoisonError};

use tracrpc_env::{Actor, Environment, Extensions, Listener, Result};
use tracrpc_methods::{Method, Namespace};
use tracrpc_pages::attachment::{AttachmentEvent, AttachmentEventKind};
use tracrpc_pages::page::{PageEvent, PageEventKind};
use tracrpc_tickets::milestone::MilestoneEvent;
use tracrpc_tickets::ticket::{TicketEvent, TicketEventKind};

/// What happened in an environment since it was opened.
#[derive(Default)]
pub(crate) struct Journal {
    entries: Mutex<Vec<String>>,
}

impl Journal {
    /// Adds an entry.
    pub(crate) fn note(env: &Environment, entry: String) {
        let journal = env.slot::<Self>();
        let entries = journal.entries.lock();
        entries.unwrap_or_else(PoisonError::into_inner).push(entry);
    }
}

/// Adds the listeners.
pub fn extend(extensions: &mut Extensions) {
    extensions.add::<dyn Listener<TicketEvent>>(Arc::new(Journalist));
    extensions.add::<dyn Listener<PageEvent>>(Arc::new(Journalist));
    extensions.add::<dyn Listener<AttachmentEvent>>(Arc::new(Journalist));
    extensions.add::<dyn Listener<MilestoneEvent>>(Arc::new(Journalist));
}

struct Journalist;

impl Listener<TicketEvent> for Journalist {
    fn after(&self, env: &Environment, event: &TicketEvent) {
        let what = match &event.kind {
            TicketEventKind::Created => "created".to_owned(),
            TicketEventKind::Changed { old_values, .. } => {
                let names = old_values.iter().map(|(name, _)| name.as_str());
                format!("changed: {}", names.collect::<Vec<_>>().join(", "))
            }
            TicketEventKind::CommentDeleted(number) => format!("lost comment {number}"),
            TicketEventKind::Deleted => "deleted".to_owned(),
        };
        let id = event.ticket.id().unwrap_or_default();
        Journal::note(env, format!("ticket {id} {what}"));
    }
}

impl Listener<PageEvent> for Journalist {
    fn after(&self, env: &Environment, event: &PageEvent) {
        let what = match &event.kind {
            PageEventKind::Created => "created".to_owned(),
            PageEventKind::Changed => format!("changed to version {}", event.page.version),
            PageEventKind::Deleted => "deleted".to_owned(),
            PageEventKind::VersionDeleted(version) => format!("lost version {version}"),
            PageEventKind::Renamed { old_name } => format!("renamed from {old_name}"),
        };
        Journal::note(env, format!("page {} {what}", event.page.name));
    }
}

impl Listener<AttachmentEvent> for Journalist {
    fn after(&self, env: &Environment, event: &AttachmentEvent) {
        let what = match &event.kind {
            AttachmentEventKind::Added => "added".to_owned(),
            AttachmentEventKind::Deleted => "deleted".to_owned(),
            AttachmentEventKind::Moved { from } => format!("moved from {}", from.filename),
        };
        Journal::note(env, format!("file {} {what}", event.attachment.filename));
    }
}

impl Listener<MilestoneEvent> for Journalist {
    fn after(&self, env: &Environment, event: &MilestoneEvent) {
        let (milestone, what) = match event {
            MilestoneEvent::Created(milestone) => (milestone, "created"),
            MilestoneEvent::Changed { milestone, .. } => (milestone, "changed"),
            MilestoneEvent::Deleted(milestone) => (milestone, "deleted"),
        };
        Journal::note(env, format!("milestone {} {what}", milestone.name));
    }
}

/// `journal.*`.
pub fn namespace() -> Namespace {
    Namespace::new("journal", "What happened.").method(
        Method::new("entries", entries)
            .permission("TRAC_ADMIN")
            .returns("array")
            .parameters(&["string prefix=\"\""])
            .doc("What happened to tickets, pages, files and milestones."),
    )
}

fn entries(actor: &Actor, prefix: String) -> Result<Vec<String>> {
    let journal = actor.env().slot::<Journal>();
    let entries = journal.entries.lock();
    let entries = entries.unwrap_or_else(PoisonError::into_inner);
    let wanted = entries.iter().filter(|entry| entry.starts_with(&prefix));
    Ok(wanted.cloned().collect())
}
