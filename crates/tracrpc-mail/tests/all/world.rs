//! An environment that sends mail, and what happens in it.

use tracrpc_testing::{World, texts};
use tracrpc_tickets::ticket::{self, GivenValue, NewTicket, TicketId, Update};

use crate::server::Received;

pub(super) fn world(port: u16, options: &[(&str, &str, &str)]) -> World {
    let port = port.to_string();
    let mut all = vec![
        ("trac", "base_url", "http://h.example/trac"),
        ("notification", "smtp_enabled", "true"),
        ("notification", "smtp_server", "127.0.0.1"),
        ("notification", "smtp_port", port.as_str()),
    ];
    all.extend(options);
    let world = World::with(&all);
    for (name, value) in [("email", "joe@users.example"), ("name", "Joe Doe")] {
        let sql = "INSERT INTO session_attribute (sid, authenticated, name, value) VALUES ('joe', 1, ?, ?)";
        world.sql(sql, &[name.into(), value.into()]);
    }
    world.sql(
        "INSERT INTO session (sid, authenticated, last_visit) VALUES ('joe', 1, 0)",
        &[],
    );
    world.grant("joe", "TICKET_ADMIN");
    world
}

pub(super) const STORY: &[(&str, &str, &str)] = &[
    (
        "notification-subscriber",
        "always_notify_cc",
        "CarbonCopySubscriber",
    ),
    (
        "notification-subscriber",
        "always_notify_updater",
        "TicketUpdaterSubscriber",
    ),
    (
        "notification-subscriber",
        "always_notify_previous_updater",
        "TicketPreviousUpdatersSubscriber",
    ),
    ("notification", "smtp_default_domain", "example.org"),
    ("notification", "smtp_always_cc", "cc@example.com joe"),
    ("notification", "smtp_always_bcc", "boss@example.com"),
    (
        "notification-subscriber",
        "always_notify_owner",
        "TicketOwnerSubscriber",
    ),
    (
        "notification-subscriber",
        "always_notify_reporter",
        "TicketReporterSubscriber",
    ),
];

pub(super) fn create(
    world: &World,
    summary: &str,
    description: &str,
    attributes: &[(&str, &str)],
) -> TicketId {
    let new = NewTicket {
        summary: summary.into(),
        description: description.into(),
        attributes: texts(attributes),
        notify: true,
        when: GivenValue::Null,
    };
    let id = ticket::create(&world.actor("joe"), new).unwrap();
    TicketId::from_given(&GivenValue::Int(id)).unwrap()
}

pub(super) fn update(
    world: &World,
    id: TicketId,
    author: &str,
    comment: &str,
    attributes: &[(&str, &str)],
) {
    let update = Update {
        comment: Some(comment.to_owned()),
        input: texts(attributes).into(),
        notify: true,
        author: Some(author.to_owned()),
        when: GivenValue::Null,
    };
    ticket::update(&world.actor("joe"), id, &update).unwrap();
}

/// Compares a mail with the one that Trac sends.
pub(super) fn check(mail: &Received, name: &str) {
    let path = format!(
        "{}/tests/golden/mail/{name}.txt",
        env!("CARGO_MANIFEST_DIR")
    );
    let golden = std::fs::read_to_string(path).unwrap();
    let (head, body) = golden.split_once("\n\n").unwrap();
    for line in head.lines() {
        let (header, wanted) = line.split_once(": ").unwrap();
        match header {
            "Recipients" => assert_eq!(mail.recipients.join(", "), wanted, "{name}"),
            _ => assert_eq!(mail.headers[header], wanted, "{name}: {header}"),
        }
    }
    assert_eq!(mail.body, body, "{name}");
}
