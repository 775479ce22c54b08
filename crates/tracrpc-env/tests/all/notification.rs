//! Mail about tickets, taken by an SMTP server on this machine.
//!
//! The mails in `tests/golden/mail` are what Trac 1.6 sends for the same story.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use tracrpc_env::notification;
use tracrpc_env::ticket::{self, GivenValue, NewTicket, TicketId, Update};

use crate::ticket::world::{World, texts};

/// A mail as the server got it.
struct Received {
    recipients: Vec<String>,
    headers: BTreeMap<String, String>,
    body: String,
}

/// An SMTP server that takes everything, after refusing some mails for now.
struct MailServer {
    port: u16,
    received: Receiver<Received>,
}

impl MailServer {
    fn start(refusals: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, received) = channel();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                talk(stream.unwrap(), number < refusals, &sender);
            }
        });
        Self { port, received }
    }

    fn next(&self) -> Received {
        self.received
            .recv_timeout(Duration::from_secs(60))
            .expect("a mail")
    }

    fn is_empty(&self) -> bool {
        self.received.try_recv().is_err()
    }
}

/// One connection of RFC 5321.
fn talk(stream: TcpStream, refuses: bool, received: &Sender<Received>) {
    let mut out = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let mut recipients = Vec::new();
    write!(out, "220 test\r\n").unwrap();
    while let Some(line) = lines.next() {
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => "250-test\r\n250 8BITMIME",
            "MAIL" if refuses => "451 later",
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                recipients.push(address.to_owned());
                "250 ok"
            }
            "DATA" => {
                write!(out, "354 go on\r\n").unwrap();
                let text: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
                received
                    .send(read(std::mem::take(&mut recipients), &text))
                    .unwrap();
                "250 taken"
            }
            "QUIT" => return,
            _ => "250 ok",
        };
        write!(out, "{answer}\r\n").unwrap();
    }
}

fn read(mut recipients: Vec<String>, lines: &[String]) -> Received {
    recipients.sort();
    let end = lines.iter().position(String::is_empty).unwrap();
    let unfolded = lines[..end].join("\n").replace("\n ", " ");
    let headers = unfolded.lines().filter_map(|line| line.split_once(": "));
    let body = lines[end + 1..]
        .iter()
        .map(|line| line.strip_prefix('.').unwrap_or(line));
    Received {
        recipients,
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: body.collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n",
    }
}

fn world(port: u16, options: &[(&str, &str, &str)]) -> World {
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

const STORY: &[(&str, &str, &str)] = &[
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

fn create(
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

fn update(world: &World, id: TicketId, author: &str, comment: &str, attributes: &[(&str, &str)]) {
    let update = Update {
        comment: Some(comment.to_owned()),
        attributes: texts(attributes),
        notify: true,
        author: Some(author.to_owned()),
        when: GivenValue::Null,
    };
    ticket::update(&world.actor("joe"), id, &update).unwrap();
}

/// Compares a mail with the one that Trac sends.
fn check(mail: &Received, name: &str) {
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

#[test]
fn mail_is_what_trac_sends() {
    let server = MailServer::start(0);
    let world = world(server.port, STORY);
    let description = format!("First line\r\nsecond {}\r\n\r\n * list", "word ".repeat(40));
    let summary =
        "A summary that is quite long and goes on and on and on so that it must be wrapped";
    let attributes = [
        ("owner", "amy"),
        ("cc", "dan@example.net, eve"),
        ("keywords", "a b é€"),
        ("component", "component1"),
        ("milestone", "milestone1"),
        ("priority", "major"),
        ("type", "defect"),
    ];
    let id = create(&world, summary, &description, &attributes);
    check(&server.next(), "created");
    let keywords = format!("c {}", "long keyword ".repeat(10));
    let changes = [
        ("keywords", keywords.trim_end()),
        ("cc", "eve, fay@example.net"),
        ("summary", "New summary"),
        ("owner", "bob"),
    ];
    let comment = "A comment\r\nwith two lines, one of which is rather long and must therefore be wrapped somewhere";
    update(&world, id, "joe", comment, &changes);
    check(&server.next(), "changed");
    update(&world, id, "amy", "", &[("description", "Other text")]);
    check(&server.next(), "description");
    update(&world, id, "amy", "only a comment", &[]);
    check(&server.next(), "comment");
}

#[test]
fn mail_waits_for_its_server() {
    let server = MailServer::start(1);
    let world = world(server.port, STORY);
    create(&world, "s", "d", &[]);
    assert_eq!(server.next().headers["Subject"], "[Test] #1: s");
    assert!(notification::finish(&world.env, Duration::from_secs(30)));
    assert!(server.is_empty(), "it is sent once");
}

/// Options, statements that store wishes, the recipients, the header `To`.
type Case<'a> = (
    &'a [(&'a str, &'a str, &'a str)],
    &'a [String],
    &'a str,
    &'a str,
);

#[test]
fn wishes_and_settings_decide() {
    let own = |class: &str, adverb: &str| {
        format!(
            "INSERT INTO notify_subscription (time, changetime, class, sid, authenticated, \
             distributor, format, priority, adverb) \
             VALUES (0, 0, '{class}', 'joe', 1, 'email', 'text/plain', 1, '{adverb}')"
        )
    };
    let always_updater = ("notification-subscriber", "u", "TicketUpdaterSubscriber");
    let cases: &[Case<'_>] = &[
        (&[], &[], "", ""),
        (
            &[always_updater],
            &[],
            "joe@users.example",
            "undisclosed-recipients: ;",
        ),
        (
            &[always_updater],
            &[own("TicketUpdaterSubscriber", "never")],
            "",
            "",
        ),
        (
            &[],
            &[own("NewTicketSubscriber", "always")],
            "joe@users.example",
            "undisclosed-recipients: ;",
        ),
        (
            &[
                ("notification", "ignore_domains", "users.example"),
                always_updater,
            ],
            &[],
            "",
            "",
        ),
        (
            &[("notification", "use_public_cc", "true"), always_updater],
            &[],
            "joe@users.example",
            "joe@users.example",
        ),
    ];
    for (options, wishes, recipients, to) in cases {
        let server = MailServer::start(0);
        // A section of its own, so that Trac's defaults are not written.
        let section = ("notification-subscriber", "other", "OtherSubscriber");
        let world = world(server.port, &[&[section], *options].concat());
        wishes.iter().for_each(|sql| world.sql(sql, &[]));
        create(&world, "s", "d", &[]);
        assert!(notification::finish(&world.env, Duration::from_secs(30)));
        if recipients.is_empty() {
            assert!(server.is_empty(), "{options:?} {wishes:?}");
            continue;
        }
        let mail = server.next();
        assert_eq!(mail.recipients.join(", "), *recipients, "{options:?}");
        assert_eq!(mail.headers["To"], *to, "{options:?}");
    }
}

#[test]
fn nothing_is_sent_unless_it_is_enabled_and_asked_for() {
    let server = MailServer::start(0);
    let disabled = world(
        server.port,
        &[STORY, &[("notification", "smtp_enabled", "false")]].concat(),
    );
    create(&disabled, "s", "d", &[]);
    assert!(notification::finish(&disabled.env, Duration::from_secs(30)));
    let silent = world(server.port, STORY);
    silent.ticket(&[]);
    assert!(notification::finish(&silent.env, Duration::from_secs(30)));
    assert!(server.is_empty());
}

#[test]
fn a_template_makes_the_subject() {
    let template = "${prefix} (${ticket.priority}) ${env.project_name}: ${summary}";
    let options = [
        ("notification", "ticket_subject_template", template),
        ("notification", "smtp_subject_prefix", "P"),
        ("notification", "smtp_always_cc", "a@example.org"),
        ("notification", "mime_encoding", "base64"),
        ("notification", "smtp_from_author", "true"),
    ];
    let server = MailServer::start(0);
    let world = world(server.port, &options);
    create(&world, "s\r\nBcc: x@example.org", "d", &[]);
    let mail = server.next();
    assert_eq!(
        mail.headers["Subject"],
        "P (major) Test: s Bcc: x@example.org"
    );
    assert_eq!(mail.headers["From"], "\"Joe Doe\" <joe@users.example>");
    assert_eq!(mail.headers["Content-Transfer-Encoding"], "base64");
    assert_eq!(mail.recipients, ["a@example.org", "joe@users.example"]);
}

#[cfg(unix)]
#[test]
fn a_program_can_send_mail() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::TempDir::new().unwrap();
    let (program, sent) = (folder.path().join("sendmail"), folder.path().join("sent"));
    let script = format!(
        "#!/bin/sh\n{{ echo \"$@\"; cat; }} > '{}'\n",
        sent.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let options = [
        ("notification", "email_sender", "SendmailEmailSender"),
        ("notification", "sendmail_path", program.to_str().unwrap()),
        ("notification", "smtp_always_bcc", "boss@example.com"),
    ];
    let world = world(1, &options);
    create(&world, "s", "d", &[]);
    assert!(notification::finish(&world.env, Duration::from_secs(30)));
    let text = std::fs::read_to_string(sent).unwrap();
    let arguments = text.lines().next().unwrap();
    assert_eq!(
        arguments,
        "-i -f trac@localhost -- boss@example.com joe@users.example"
    );
    assert!(
        text.contains("\nSubject: [Test] #1: s\n") && !text.contains('\r'),
        "{text}"
    );
}
