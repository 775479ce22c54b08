//! What is told of what happens, and when.

use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tracrpc_env::{Environment, Error, Listener, Resource, Result};
use tracrpc_pages::attachment::{self, AttachmentEvent, AttachmentEventKind, Upload};
use tracrpc_pages::page::{self, Edit, PageEvent};
use tracrpc_site::InitOptions;
use tracrpc_tickets::milestone::{self, MilestoneChange, MilestoneEvent};
use tracrpc_tickets::ticket::{self, NewTicket, TicketEvent, TicketEventKind, TicketId};

/// Writes down what it is told, with what it can read then.
#[derive(Clone, Default)]
struct Listening(Arc<Mutex<Vec<String>>>);

impl Listening {
    fn note(&self, entry: String) {
        self.0.lock().unwrap().push(entry);
    }

    fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Listener<PageEvent> for Listening {
    fn after(&self, env: &Environment, event: &PageEvent) {
        let is_there = page::find(env, &event.page.name, None).unwrap().is_some();
        let (page, kind) = (&event.page, &event.kind);
        self.note(format!(
            "{} {} {kind:?} {is_there}",
            page.name, page.version
        ));
    }
}

impl Listener<AttachmentEvent> for Listening {
    fn after(&self, _: &Environment, event: &AttachmentEvent) {
        let kind = match &event.kind {
            AttachmentEventKind::Moved { from } => {
                format!("from {} {}", from.parent.id(), from.filename)
            }
            kind => format!("{kind:?}"),
        };
        let file = &event.attachment;
        self.note(format!("{} {} {kind}", file.parent.id(), file.filename));
    }
}

impl Listener<MilestoneEvent> for Listening {
    fn after(&self, _: &Environment, event: &MilestoneEvent) {
        if let MilestoneEvent::Changed { milestone, old } = event {
            self.note(format!("renamed {} to {}", old.name, milestone.name));
        }
    }
}

impl Listener<TicketEvent> for Listening {
    fn after(&self, _: &Environment, event: &TicketEvent) {
        match &event.kind {
            TicketEventKind::Changed { old_values, .. } => {
                let (field, old) = &old_values[0];
                self.note(format!(
                    "{field} {} was {}",
                    event.ticket.text(field),
                    old.as_text()
                ));
            }
            TicketEventKind::CommentDeleted(number) => self.note(format!("no comment {number}")),
            TicketEventKind::Created | TicketEventKind::Deleted => {}
        }
    }
}

fn world() -> (TempDir, Environment, Listening) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("env");
    tracrpc_site::create(&path, &InitOptions::new("Test")).unwrap();
    let listening = Listening::default();
    let mut extensions = tracrpc_site::builtin();
    extensions.add::<dyn Listener<PageEvent>>(Arc::new(listening.clone()));
    extensions.add::<dyn Listener<AttachmentEvent>>(Arc::new(listening.clone()));
    extensions.add::<dyn Listener<MilestoneEvent>>(Arc::new(listening.clone()));
    extensions.add::<dyn Listener<TicketEvent>>(Arc::new(listening.clone()));
    let env = tracrpc_site::open_with(&path, extensions).unwrap();
    (directory, env, listening)
}

fn attach(env: &Environment, parent: &Resource) {
    let upload = Upload {
        filename: "a.txt",
        description: None,
        author: "joe",
        replace: false,
    };
    attachment::insert(env, parent, &upload, &mut b"text".as_slice()).unwrap();
}

#[test]
fn pages_and_what_is_attached_to_them() {
    let (_directory, env, listening) = world();
    for text in ["one", "two"] {
        page::save(&env, "Page", &Edit::new(text)).unwrap();
    }
    attach(&env, &Resource::wiki("Page"));
    page::rename(&env, "Page", "Other").unwrap();
    attachment::relocate(
        &env,
        &Resource::wiki("Other"),
        "a.txt",
        &Resource::wiki("Other"),
        "b.txt",
    )
    .unwrap();
    page::delete(&env, "Other", Some(2)).unwrap();
    page::delete(&env, "Other", None).unwrap();
    assert_eq!(
        listening.heard(),
        [
            "Page 1 Created true",
            "Page 2 Changed true",
            "Page a.txt Added",
            "Other a.txt from Page a.txt",
            "Other 2 Renamed { old_name: \"Page\" } true",
            "Other b.txt from Other a.txt",
            "Other 2 VersionDeleted(2) true",
            "Other b.txt Deleted",
            "Other 1 Deleted false",
        ]
    );
}

#[test]
fn a_milestone_takes_its_tickets_along() {
    let (_directory, env, listening) = world();
    let actor = env.actor("joe", "");
    let new = NewTicket {
        summary: "summary".into(),
        description: "".into(),
        attributes: vec![("milestone".to_owned(), "milestone1".into())],
        notify: false,
        when: "".into(),
    };
    ticket::create(&actor, new).unwrap();
    let name = Some("m".to_owned());
    let change = MilestoneChange {
        name,
        ..MilestoneChange::default()
    };
    milestone::update(&env, "milestone1", &change, Some("joe")).unwrap();
    let id = TicketId::from_given(&"1".into()).unwrap();
    assert!(ticket::delete_change(&env, id, 1).unwrap());
    assert_eq!(
        listening.heard(),
        [
            "milestone m was milestone1",
            "renamed milestone1 to m",
            "no comment 1"
        ]
    );
}

/// Of several changes in one transaction is told when all are committed, and of none
/// if they are not.
#[test]
fn nothing_is_told_before_the_commit() {
    let (_directory, env, listening) = world();
    let save = |name: &str| page::save(&env, name, &Edit::new("text")).map(drop);
    let both: Result<()> = env.db().write(|_| {
        save("A")?;
        let undone: Result<()> = env.db().write(|_| {
            save("B")?;
            Err(Error::invalid("undone"))
        });
        assert!(undone.is_err());
        save("C")?;
        assert_eq!(listening.heard(), [""; 0]);
        Ok(())
    });
    both.unwrap();
    assert_eq!(listening.heard(), ["A 1 Created true", "C 1 Created true"]);
    let undone: Result<()> = env.db().write(|_| {
        save("D")?;
        Err(Error::invalid("undone"))
    });
    assert!(undone.is_err());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: Result<()> = env.db().write(|_| {
            save("E")?;
            panic!("in the middle");
        });
    }));
    assert!(panicked.is_err());
    save("F").unwrap();
    assert_eq!(listening.heard(), ["F 1 Created true"]);
}
