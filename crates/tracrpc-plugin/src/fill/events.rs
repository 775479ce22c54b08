//! What has happened, told after the commit and without keeping anybody waiting.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_env::time::Timestamp;
use tracrpc_env::{Environment, Extensions, Listener, Resource};
use tracrpc_pages::attachment::{Attachment, AttachmentEvent, AttachmentEventKind};
use tracrpc_pages::page::{PageEvent, PageEventKind};
use tracrpc_plugin_protocol::Shape;
use tracrpc_plugin_protocol::messages::{Description, Event, EventKind};
use tracrpc_tickets::milestone::{Milestone, MilestoneEvent};
use tracrpc_tickets::ticket::{TicketEvent, TicketEventKind};
use tracrpc_wire::{Struct, Value};

use super::values::{fields, value};
use crate::host::{Asking, Plugin};
use crate::link::{Link, resource};

/// How many events may wait for a plugin.
const QUEUE: usize = 1000;

/// The events that a plugin is yet to be told of, in their order.
#[derive(Clone)]
pub(crate) struct EventQueue {
    sender: SyncSender<Event>,
    waiting: Waiting,
}

/// How many events wait, the one that is being told included.
#[derive(Clone, Default)]
pub(crate) struct Waiting(Arc<(Mutex<usize>, Condvar)>);

impl Waiting {
    fn change(&self, change: impl FnOnce(&mut usize)) {
        let (count, changed) = &*self.0;
        change(&mut count.lock().unwrap_or_else(PoisonError::into_inner));
        changed.notify_all();
    }

    /// Waits until none is left, or until `deadline`.
    fn wait(&self, deadline: Instant) {
        let (count, changed) = &*self.0;
        let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
        while *count > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = changed.wait_timeout(count, left);
            count = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl EventQueue {
    /// A queue, and its other end.
    pub(crate) fn new() -> (Self, Events) {
        let (sender, events) = mpsc::sync_channel(QUEUE);
        let waiting = Waiting::default();
        let queue = Self {
            sender,
            waiting: waiting.clone(),
        };
        (queue, Events { events, waiting })
    }

    /// Waits until the plugin has been told of everything, or until `deadline`.
    pub(crate) fn finish(&self, deadline: Instant) {
        self.waiting.wait(deadline);
    }

    /// Adds an event; `false` if too many wait.
    fn add(&self, event: Event) -> bool {
        self.waiting.change(|count| *count += 1);
        let is_added = self.sender.try_send(event).is_ok();
        if !is_added {
            self.waiting.change(|count| *count -= 1);
        }
        is_added
    }
}

/// The other end of a queue.
pub(crate) struct Events {
    events: Receiver<Event>,
    waiting: Waiting,
}

impl Events {
    /// Tells `plugin` of events until nobody can add any.
    pub(crate) fn deliver(&self, plugin: &Plugin, timeout: Duration) {
        for event in &self.events {
            let asking = Asking::until(Instant::now() + timeout);
            // That there was no answer is logged where it is noticed.
            let problems = plugin.ask(event, asking).map(|answer| answer.problems);
            for problem in problems.unwrap_or_default() {
                let (origin, problem) = (&problem.origin, &problem.problem);
                tracing::warn!(plugin = plugin.name(), origin, "{problem}");
            }
            self.waiting.change(|count| *count -= 1);
        }
    }
}

pub(super) fn fill(
    extensions: &mut Extensions,
    link: &Link,
    description: &Description,
    queue: &EventQueue,
) {
    let teller = Arc::new(Teller {
        plugin: link.name().to_owned(),
        environment: link.environment.clone(),
        queue: queue.clone(),
    });
    let mut realms = description.events.clone();
    realms.sort();
    realms.dedup();
    for realm in realms {
        let teller = Arc::clone(&teller);
        match realm.as_str() {
            "ticket" => extensions.add::<dyn Listener<TicketEvent>>(teller),
            "wiki" => extensions.add::<dyn Listener<PageEvent>>(teller),
            "attachment" => extensions.add::<dyn Listener<AttachmentEvent>>(teller),
            "milestone" => extensions.add::<dyn Listener<MilestoneEvent>>(teller),
            _ => extensions,
        };
    }
}

struct Teller {
    plugin: String,
    environment: String,
    queue: EventQueue,
}

impl Teller {
    fn tell(&self, kind: EventKind, id: Value, author: &str, time: Option<Timestamp>) {
        let name = kind.name();
        let event = Event {
            kind,
            environment: self.environment.clone(),
            id,
            author: author.to_owned(),
            time: time.unwrap_or_else(Timestamp::now),
        };
        if !self.queue.add(event) {
            tracing::error!(
                plugin = self.plugin,
                event = name,
                "it is not told: too much waits"
            );
        }
    }
}

impl Listener<TicketEvent> for Teller {
    fn after(&self, _: &Environment, event: &TicketEvent) {
        let kind = match &event.kind {
            TicketEventKind::Created => EventKind::TicketCreated,
            TicketEventKind::Changed {
                comment,
                old_values,
            } => EventKind::TicketChanged {
                comment: comment.clone(),
                old: old_values
                    .iter()
                    .map(|(name, old)| (name.as_str(), value(old)))
                    .collect(),
            },
            TicketEventKind::CommentDeleted(number) => EventKind::TicketChangeDeleted {
                cdate: event.time,
                old: [("comment", *number)]
                    .into_iter()
                    .collect::<Struct>()
                    .into(),
            },
            TicketEventKind::Deleted => EventKind::TicketDeleted {
                fields: fields(&event.ticket),
            },
        };
        let id = event.ticket.id().into();
        self.tell(kind, id, &event.author, event.time);
    }
}

impl Listener<PageEvent> for Teller {
    fn after(&self, _: &Environment, event: &PageEvent) {
        let page = &event.page;
        let version = Some(page.version);
        let comment = page.comment.clone().unwrap_or_default();
        let kind = match &event.kind {
            PageEventKind::Created => EventKind::WikiCreated { version, comment },
            PageEventKind::Changed => EventKind::WikiChanged { version, comment },
            PageEventKind::Deleted => EventKind::WikiDeleted { version },
            PageEventKind::VersionDeleted(version) => EventKind::WikiVersionDeleted {
                version: Some(*version),
            },
            PageEventKind::Renamed { old_name } => EventKind::WikiRenamed {
                old: old_name.clone(),
            },
        };
        let author = page.author.as_deref().unwrap_or_default();
        let time = match &event.kind {
            PageEventKind::Created | PageEventKind::Changed => Some(page.time),
            _ => None,
        };
        self.tell(kind, page.name.as_str().into(), author, time);
    }
}

impl Listener<AttachmentEvent> for Teller {
    fn after(&self, _: &Environment, event: &AttachmentEvent) {
        let attachment = &event.attachment;
        let parent = resource(&attachment.parent);
        let kind = match &event.kind {
            AttachmentEventKind::Added => EventKind::AttachmentCreated { parent },
            AttachmentEventKind::Deleted => EventKind::AttachmentDeleted { parent },
            AttachmentEventKind::Moved { from } => EventKind::AttachmentMoved {
                parent,
                old: place(from),
            },
        };
        let time = match &event.kind {
            AttachmentEventKind::Added => Some(attachment.time),
            _ => None,
        };
        let author = attachment.author.as_deref().unwrap_or_default();
        self.tell(kind, attachment.filename.as_str().into(), author, time);
    }
}

/// Where an attachment was.
fn place(attachment: &Attachment) -> Struct {
    let parent: &Resource = &attachment.parent;
    let members = [
        ("parent", resource(parent).write()),
        ("id", attachment.filename.as_str().into()),
    ];
    members.into_iter().collect()
}

impl Listener<MilestoneEvent> for Teller {
    fn after(&self, _: &Environment, event: &MilestoneEvent) {
        let (milestone, kind) = match event {
            MilestoneEvent::Created(milestone) => (milestone, EventKind::MilestoneCreated),
            MilestoneEvent::Deleted(milestone) => (milestone, EventKind::MilestoneDeleted),
            MilestoneEvent::Changed { milestone, old } => {
                let old = changed(milestone, old);
                (milestone, EventKind::MilestoneChanged { old })
            }
        };
        self.tell(kind, milestone.name.as_str().into(), "", None);
    }
}

/// The old values of what has changed.
fn changed(milestone: &Milestone, old: &Milestone) -> Struct {
    let mut values = Struct::new();
    if milestone.name != old.name {
        values.insert("name", old.name.as_str());
    }
    if milestone.due != old.due {
        values.insert("due", old.due);
    }
    if milestone.completed != old.completed {
        values.insert("completed", old.completed);
    }
    if milestone.description != old.description {
        values.insert("description", old.description.as_str());
    }
    values
}
