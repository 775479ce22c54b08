//! Mail about tickets, taken by an SMTP server on this machine.
//!
//! The mails in `tests/golden/mail` are what Trac 1.6 sends for the same story.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod attachments;
mod form;
mod server;
mod tls;
mod world;

use std::time::Duration;

use self::server::MailServer;
use self::world::{STORY, check, create, update, world};

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
    assert!(tracrpc_mail::finish(&world.env, Duration::from_secs(30)));
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
        assert!(tracrpc_mail::finish(&world.env, Duration::from_secs(30)));
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
fn a_recipient_that_is_refused_does_not_keep_the_mail_from_others() {
    let server = MailServer::start(0);
    let bcc = (
        "notification",
        "smtp_always_bcc",
        "refused@x.example boss@x.example",
    );
    let world = world(server.port, &[bcc]);
    create(&world, "s", "d", &[]);
    assert_eq!(
        server.next().recipients,
        ["boss@x.example", "joe@users.example"]
    );
    assert!(tracrpc_mail::finish(&world.env, Duration::from_secs(30)));
    assert!(server.is_empty(), "it is sent once");
}

#[test]
fn addresses_may_have_no_domain() {
    let server = MailServer::start(0);
    let options = [
        ("notification", "use_short_addr", "true"),
        ("notification", "smtp_from", "trac"),
        ("notification", "smtp_always_cc", "amy"),
    ];
    let world = world(server.port, &options);
    create(&world, "s", "d", &[]);
    let mail = server.next();
    assert_eq!(mail.recipients, ["amy", "joe@users.example"]);
    assert_eq!(
        (mail.headers["Cc"].as_str(), mail.headers["From"].as_str()),
        ("amy", "\"Test\" <trac>")
    );
    assert!(mail.headers["Message-ID"].ends_with("@trac>"));
}

#[test]
fn the_names_of_mails_know_no_default_domain() {
    let server = MailServer::start(0);
    let options = [
        ("notification", "smtp_from", "trac"),
        ("notification", "smtp_default_domain", "example.org"),
    ];
    let world = world(server.port, &options);
    create(&world, "s", "d", &[]);
    let mail = server.next();
    assert!(mail.headers["From"].ends_with("<trac@example.org>"));
    assert!(mail.headers["Message-ID"].ends_with("@trac>"));
}

#[test]
fn a_group_in_cc_stands_for_those_directly_in_it() {
    let server = MailServer::start(0);
    let options = [
        ("notification-subscriber", "cc", "CarbonCopySubscriber"),
        ("notification", "smtp_default_domain", "example.org"),
    ];
    let world = world(server.port, &options);
    for (member, group) in [("joe", "team"), ("core", "team"), ("amy", "core")] {
        world.grant(member, group);
    }
    create(&world, "s", "d", &[("cc", "team, anonymous")]);
    assert_eq!(
        server.next().recipients,
        ["core@example.org", "joe@users.example"]
    );
}

#[test]
fn a_subject_can_tell_what_changed() {
    let template = "${changes.author}:{% for name in changes.fields %} ${name}{% endfor %}";
    let options = [
        ("notification", "ticket_subject_template", template),
        ("notification", "smtp_always_cc", "a@example.org"),
    ];
    let server = MailServer::start(0);
    let world = world(server.port, &options);
    let id = create(&world, "=?utf-8?q?s?=", "d", &[]);
    assert_eq!(server.next().headers["Subject"], ":");
    update(&world, id, "amy", "c", &[("owner", "bob")]);
    assert_eq!(server.next().headers["Subject"], "Re: amy: comment owner");
}

#[test]
fn what_looks_encoded_is_not_decoded() {
    let server = MailServer::start(0);
    let options = [("notification", "smtp_from_name", "=?utf-8?q?x?=")];
    let world = world(server.port, &options);
    create(&world, "=?utf-8?q?s?=", "d", &[]);
    let mail = server.next();
    for name in ["Subject", "From"] {
        assert!(
            mail.headers[name].contains("=?utf-8?b?"),
            "{}",
            mail.headers[name]
        );
    }
}

#[test]
fn only_plain_text_is_sent() {
    let html = |name: &str| {
        format!(
            "INSERT INTO session_attribute VALUES ('joe', 1, 'notification.format.email', '{name}')"
        )
    };
    let format = |value| [("notification", "default_format.email", value)];
    let wish = "INSERT INTO notify_subscription (time, changetime, class, sid, authenticated, \
                distributor, format, priority, adverb) \
                VALUES (0, 0, 'TicketUpdaterSubscriber', 'joe', 1, 'email', 'text/plain', 1, 'always')";
    let cases = [
        (format(""), vec![], true),
        (format("text/html"), vec![], false),
        (format(""), vec![html("text/html")], false),
        (format("text/html"), vec![html("text/plain")], true),
        (
            format("text/html"),
            vec![html("text/html"), wish.to_owned()],
            true,
        ),
    ];
    for (options, statements, is_sent) in cases {
        let server = MailServer::start(0);
        let world = world(server.port, &options);
        statements.iter().for_each(|sql| world.sql(sql, &[]));
        create(&world, "s", "d", &[]);
        assert!(tracrpc_mail::finish(&world.env, Duration::from_secs(30)));
        assert_ne!(server.is_empty(), is_sent, "{options:?} {statements:?}");
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
    assert!(tracrpc_mail::finish(&disabled.env, Duration::from_secs(30)));
    let silent = world(server.port, STORY);
    silent.ticket(&[]);
    assert!(tracrpc_mail::finish(&silent.env, Duration::from_secs(30)));
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
    assert!(tracrpc_mail::finish(&world.env, Duration::from_secs(30)));
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
