//! In whose name mail is sent, where its links lead, and how long its lines are.

use tracrpc_testing::{World, texts};
use tracrpc_tickets::ticket::{self, GivenValue, NewTicket};

use crate::server::MailServer;
use crate::world::{create, update, world};

/// The longest line of a mail (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

/// Makes a ticket as a user who reaches the environment at an address of his own choice.
fn create_as(world: &World, user: &str, base_url: &str, attributes: &[(&str, &str)]) {
    let new = NewTicket {
        summary: "s".into(),
        description: "d".into(),
        attributes: texts(attributes),
        notify: true,
        when: GivenValue::Null,
    };
    ticket::create(&world.env.actor(user, base_url), new).unwrap();
}

#[test]
fn nobody_sends_mail_in_the_name_of_somebody_else() {
    let server = MailServer::start(0);
    let options = [
        ("notification", "smtp_from_author", "true"),
        ("notification", "smtp_from", "trac@h.example"),
        ("notification", "smtp_always_cc", "all@h.example"),
    ];
    let world = world(server.port, &options);
    let eve = "Eve Example <eve@h.example>";
    for (caller, reporter, from) in [
        ("joe", None, "\"Joe Doe\" <joe@users.example>"),
        ("joe", Some(eve), "\"Joe Doe\" <joe@users.example>"),
        ("amy", Some("joe"), "Test <trac@h.example>"),
        ("amy", Some(eve), "Test <trac@h.example>"),
        ("anonymous", Some("joe"), "Test <trac@h.example>"),
        ("anonymous", Some(eve), "Test <trac@h.example>"),
    ] {
        let attributes: Vec<_> = reporter
            .map(|name| ("reporter", name))
            .into_iter()
            .collect();
        create_as(&world, caller, "http://h.example/trac", &attributes);
        let mail = server.next();
        assert_eq!(
            mail.headers["From"].replace("\"Test\"", "Test"),
            from,
            "{caller} for {reporter:?}"
        );
    }
}

#[test]
fn the_host_of_a_request_is_no_link() {
    let always = ("notification", "smtp_always_cc", "all@h.example");
    let server = MailServer::start(0);
    let unset = world(server.port, &[always, ("trac", "base_url", "")]);
    create_as(&unset, "joe", "http://evil.example/trac", &[]);
    let mail = server.next();
    assert_eq!(mail.headers["X-Trac-Ticket-URL"], "/trac/ticket/1");
    assert!(
        mail.body.contains("Ticket URL: </trac/ticket/1>"),
        "{}",
        mail.body
    );
    let set = world(server.port, &[always]);
    create_as(&set, "joe", "http://evil.example/other", &[]);
    let mail = server.next();
    assert_eq!(
        mail.headers["X-Trac-Ticket-URL"],
        "http://h.example/trac/ticket/1"
    );
    assert!(!mail.body.contains("evil"), "{}", mail.body);
}

#[test]
fn lines_end_as_those_of_a_mail_and_are_not_too_long() {
    let long = "x".repeat(5000);
    let words = "word ".repeat(1000);
    let many: Vec<String> = (0..60).map(|n| format!("user{n}@example.org")).collect();
    let (quotes, umlauts) = ("\"".repeat(900), "ü".repeat(900));
    let url = format!("http://h.example/{long}");
    let cases: &[(&str, &str, &str)] = &[
        ("project", "name", &long),
        ("project", "name", &words),
        ("project", "url", &url),
        ("project", "descr", &long),
        ("notification", "smtp_from_name", &long),
        ("notification", "smtp_from_name", &quotes),
        ("notification", "smtp_from_name", &umlauts),
        ("notification", "smtp_subject_prefix", &long),
        ("notification", "smtp_from_author", "true"),
        ("notification", "use_public_cc", "true"),
        ("notification", "mime_encoding", "qp"),
        ("notification", "mime_encoding", "base64"),
        ("trac", "base_url", &url),
    ];
    let all = many.join(",");
    for case in cases {
        let server = MailServer::start(0);
        let options = [*case, ("notification", "smtp_always_cc", &all)];
        let world = world(server.port, &options);
        let sql = "UPDATE session_attribute SET value = ? WHERE name = 'name'";
        world.sql(&sql.replace('?', &format!("'{long}'")), &[]);
        let attributes = [
            ("keywords", "a\rb\r"),
            ("cc", long.as_str()),
            ("owner", "o\rp"),
            ("component", long.as_str()),
        ];
        let id = create(
            &world,
            &format!("{long} é{long}\r{words}"),
            "a\rb\r\r\nc\r",
            &attributes,
        );
        update(
            &world,
            id,
            "joe",
            "c\rd",
            &[("owner", "q\rr"), ("cc", "a b\rc"), ("keywords", "k\rl")],
        );
        for _ in 0..2 {
            let mail = server.next();
            assert!(
                !mail.raw.replace("\r\n", "").contains(['\r', '\n']),
                "{case:?}"
            );
            let longest = mail
                .raw
                .split("\r\n")
                .max_by_key(|line| line.len())
                .unwrap();
            assert!(
                longest.len() <= LONGEST_LINE,
                "{case:?}: {} in {longest}",
                longest.len()
            );
        }
    }
}
