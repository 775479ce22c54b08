//! Mail about files that are attached to tickets.

use std::time::Duration;

use tracrpc_env::Resource;
use tracrpc_pages::attachment;
use tracrpc_testing::{World, texts};
use tracrpc_tickets::ticket::{self, GivenValue, NewTicket, TicketId, Update};

use crate::server::MailServer;
use crate::world::{STORY, check, world};

/// A ticket of somebody else, with a comment, of which no mail is sent.
fn ticket(world: &World) -> TicketId {
    let attributes = [
        ("owner", "amy"),
        ("cc", "dan@example.net"),
        ("reporter", "eve@example.com"),
    ];
    let new = NewTicket {
        summary: "A summary".into(),
        description: "Text".into(),
        attributes: texts(&attributes),
        notify: false,
        when: GivenValue::Null,
    };
    let number = ticket::create(&world.actor("joe"), new).unwrap();
    let id = TicketId::from_given(&GivenValue::Int(number)).unwrap();
    let update = Update {
        comment: Some("a comment".to_owned()),
        input: texts(&[]).into(),
        notify: false,
        author: Some("fay".to_owned()),
        when: GivenValue::Null,
    };
    ticket::update(&world.actor("joe"), id, &update).unwrap();
    id
}

fn put(world: &World, parent: &Resource, filename: &str, description: &str) {
    let upload = attachment::Upload {
        filename,
        description: Some(description),
        author: "joe",
        replace: true,
    };
    attachment::put(&world.actor("joe"), parent, &upload, &mut "x".as_bytes()).unwrap();
}

#[test]
fn mail_tells_of_files_that_come_and_go() {
    let server = MailServer::start(0);
    let world = world(server.port, STORY);
    world.grant("joe", "TRAC_ADMIN");
    let id = ticket(&world);
    let parent = Resource::ticket(id.get());
    let long = "First line, which is long enough to be wrapped somewhere near its end by mail\nsecond line";
    put(&world, &parent, "a long file name.txt", long);
    check(&server.next(), "attachment_added");
    put(&world, &parent, "a long file name.txt", "");
    check(&server.next(), "attachment_replaced_deleted");
    check(&server.next(), "attachment_replaced_added");
    attachment::remove(&world.actor("joe"), &parent, "a long file name.txt").unwrap();
    server.next();
    put(&world, &parent, "last.txt", "the last");
    server.next();
    ticket::delete(&world.actor("joe"), id).unwrap();
    check(&server.next(), "attachment_deleted_with_ticket");
}

#[test]
fn administrators_cause_mail_too() {
    let server = MailServer::start(0);
    let world = world(server.port, STORY);
    let parent = Resource::ticket(ticket(&world).get());
    let upload = attachment::Upload {
        filename: "a.txt",
        description: None,
        author: "trac",
        replace: false,
    };
    attachment::insert(&world.env, &parent, &upload, &mut "x".as_bytes()).unwrap();
    assert!(
        server
            .next()
            .body
            .contains(" * Attachment \"a.txt\" added.\n")
    );
    attachment::delete(&world.env, &parent, "a.txt").unwrap();
    assert!(
        server
            .next()
            .body
            .contains("Changes (by trac):\n\n * Attachment \"a.txt\" removed.\n")
    );
}

#[test]
fn only_tickets_have_mail_about_files() {
    let server = MailServer::start(0);
    let world = world(server.port, STORY);
    world.grant("joe", "TRAC_ADMIN");
    put(&world, &Resource::milestone("milestone1"), "a.txt", "");
    assert!(tracrpc_mail::finish(&world.env, Duration::from_secs(30)));
    assert!(server.is_empty());
}
