//! What a change stores, and what it does not.

use tracrpc_env::ErrorKind;
use tracrpc_env::time::Timestamp;
use tracrpc_testing::{World, texts};
use tracrpc_tickets::ticket::GivenValue;

fn day(day: i64) -> Option<Timestamp> {
    Some(Timestamp::from_second(day * 86_400).unwrap())
}

#[test]
fn comments_are_numbered() {
    let world = World::new();
    let id = world.ticket(&[]);
    world.update("admin", id, "one", &[]).unwrap();
    world.update("admin", id, "", &[("keywords", "k")]).unwrap();
    world.update("admin", id, " \r\n\u{200b}", &[]).unwrap();
    world.sql(
        "UPDATE ticket_change SET oldvalue='1.7' WHERE ticket=1 AND field='comment' AND oldvalue='2'",
        &[],
    );
    world.update("admin", id, "reply", &[]).unwrap();
    assert_eq!(
        world.log(id),
        [
            "admin comment '1' 'one'",
            "admin comment '1.7' ''",
            "admin keywords '' 'k'",
            "admin comment '8' 'reply'",
        ]
    );
}

#[test]
fn changes_without_a_numbered_comment_are_counted() {
    let world = World::new();
    let id = world.ticket(&[]);
    for time in 1..=3 {
        world.sql(
            "INSERT INTO ticket_change VALUES (1, ?, 'old', 'keywords', '', 'x')",
            &[time.into()],
        );
    }
    world.update("admin", id, "fourth", &[]).unwrap();
    assert_eq!(world.log(id).last().unwrap(), "admin comment '4' 'fourth'");
}

#[test]
fn nothing_is_stored_when_nothing_changes() {
    let world = World::new();
    let id = world.ticket(&[("keywords", "k")]);
    let before = world.get(id).time("changetime");
    for attributes in [
        vec![],
        vec![("keywords", " k ")],
        vec![("action", "leave")],
        vec![("action", "leave"), ("summary", "summary")],
    ] {
        world.update("admin", id, "", &attributes).unwrap();
        assert_eq!(world.get(id).time("changetime"), before, "{attributes:?}");
    }
    assert_eq!(world.count("ticket_change"), 0);
}

#[test]
fn a_failed_update_leaves_nothing_behind() {
    let world = World::with(&[("ticket-custom", "note", "text")]);
    let id = world.ticket(&[]);
    let attributes = [
        ("note", "kept?"),
        ("keywords", "kept?"),
        ("no such field", "x"),
    ];
    let error = world.update("admin", id, "c", &attributes).unwrap_err();
    assert_eq!(error.message(), "no such column: no such field");
    let ticket = world.get(id);
    assert_eq!((ticket.text("note"), ticket.text("keywords")), ("", ""));
    assert_eq!(world.count("ticket_change"), 0);
    assert_eq!(world.count("ticket_custom"), 0);
}

#[test]
fn two_changes_cannot_have_the_same_time() {
    let world = World::new();
    let id = world.ticket(&[]);
    world
        .update_at("admin", id, "one", texts(&[]), day(1))
        .unwrap();
    let again = world.update_at("admin", id, "two", texts(&[("keywords", "k")]), day(1));
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(world.log(id), ["admin comment '1' 'one'"]);
    assert_eq!(world.get(id).text("keywords"), "");
}

#[test]
fn a_column_need_not_be_a_field() {
    let world = World::new();
    let id = world.ticket(&[]);
    world
        .update("admin", id, "", &[("severity", "bad")])
        .unwrap();
    assert_eq!(
        world.log(id),
        ["admin comment '1' ''", "admin severity '' 'bad'"]
    );
}

#[test]
fn a_custom_field_that_came_later_gets_its_default_silently() {
    let world = World::with(&[
        ("ticket-custom", "note", "text"),
        ("ticket-custom", "note.value", "none yet"),
    ]);
    let id = world.ticket(&[]);
    world.sql("DELETE FROM ticket_custom", &[]);
    assert_eq!(world.get(id).text("note"), "none yet");
    world.update("admin", id, "", &[]).unwrap();
    assert_eq!(world.log(id), ["admin comment '1' ''"]);
    assert_eq!(world.count("ticket_custom"), 1);
}

#[test]
fn the_token_of_the_last_change() {
    let world = World::new();
    let id = world.ticket(&[]);
    let token = || world.get(id).time("changetime").unwrap().as_microsecond();
    let collision = "Your changes have not been saved because this ticket has been modified \
                     since you started editing.";
    let check = |attributes: Vec<(&str, GivenValue)>, expected: Option<&str>| {
        let attributes = attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        let result = world.update_at("admin", id, "c", attributes.collect(), None);
        assert_eq!(
            result
                .err()
                .map(|error| error.message().to_owned())
                .as_deref(),
            expected
        );
    };
    check(vec![("_ts", GivenValue::Int(token()))], None);
    check(vec![("_ts", token().to_string().as_str().into())], None);
    check(vec![("_ts", "".into())], None);
    check(
        vec![("_ts", "5".into())],
        Some("Ticket has been updated since last get()."),
    );
    check(
        vec![
            ("action", "leave".into()),
            ("_ts", GivenValue::Int(token())),
        ],
        None,
    );
    check(vec![("action", "leave".into())], None);
    check(
        vec![("action", "leave".into()), ("_ts", "5".into())],
        Some(collision),
    );
    check(
        vec![("action", "leave".into()), ("_ts", "it's".into())],
        Some("RPC ticket.update: Wrong '_ts' token in attributes (\"it's\")."),
    );
}

#[test]
fn what_is_wrong_is_said_all_at_once() {
    let world = World::with(&[
        ("ticket", "max_comment_size", "5"),
        ("ticket", "max_summary_size", "3"),
        ("ticket-custom", "ref", "text"),
        ("ticket-custom", "ref.max_size", "2"),
        ("ticket-custom", "ref.label", "See <a>"),
        ("ticket-custom", "day", "time"),
    ]);
    let id = world.ticket(&[]);
    let attributes = [
        ("action", "leave"),
        ("type", "a & b"),
        ("component", ""),
        ("summary", "four"),
        ("ref", "123"),
    ];
    let attributes: Vec<_> = attributes.to_vec();
    let error = world
        .update("admin", id, "sixsix", &attributes)
        .unwrap_err();
    assert_eq!(
        error.message(),
        "The ticket comment is invalid: Must be less than or equal to 5 characters \
         The ticket field <strong>type</strong> is invalid: \"a &amp; b\" is not a valid value \
         The ticket field <strong>summary</strong> is invalid: Must be less than or equal to 3 \
         characters \
         The ticket field <strong>See &lt;a&gt;</strong> is invalid: Must be less than or equal \
         to 2 characters"
    );
}

#[test]
fn who_may_change_what() {
    let world = World::new();
    world.sql(
        "DELETE FROM permission WHERE username IN ('anonymous', 'authenticated')",
        &[],
    );
    world.grant("joe", "TICKET_VIEW");
    world.grant("ann", "TICKET_VIEW");
    world.grant("ann", "TICKET_APPEND");
    world.grant("bob", "TICKET_VIEW");
    world.grant("bob", "TICKET_CHGPROP");
    let id = world.ticket(&[]);
    let check = |user: &str, comment: &str, field: &str, expected: &str| {
        let attributes = [("action", "leave"), (field, "new")];
        let result = world.update(user, id, comment, &attributes);
        let message = result.err().map(|error| error.message().to_owned());
        assert_eq!(message.unwrap_or_default(), expected, "{user} {field}");
    };
    check(
        "joe",
        "c",
        "keywords",
        "No permission to change ticket fields. No permissions to add a comment.",
    );
    check(
        "joe",
        "",
        "description",
        "No permission to edit the ticket description.",
    );
    check(
        "ann",
        "c",
        "keywords",
        "No permission to change ticket fields.",
    );
    check("ann", "c", "nothing", "");
    check("bob", "", "keywords", "");
    check(
        "bob",
        "",
        "reporter",
        "No permission to change the ticket reporter.",
    );
    check("bob", "c", "nothing", "No permissions to add a comment.");
    let old_style = world
        .update("bob", id, "", &[("keywords", "x")])
        .unwrap_err();
    assert_eq!(old_style.kind(), ErrorKind::Forbidden);
}

#[test]
fn changes_at_the_same_time_are_all_kept() {
    let world = World::new();
    let id = world.ticket(&[]);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let elsewhere = world.elsewhere();
            scope.spawn(move || {
                for change in 0..10 {
                    let keywords = format!("{thread}.{change}");
                    elsewhere
                        .update("admin", id, "c", &[("keywords", &keywords)])
                        .unwrap();
                }
            });
        }
    });
    let log = world.log(id);
    for number in 1..=40 {
        assert!(
            log.contains(&format!("admin comment '{number}' 'c'")),
            "{number}"
        );
    }
    let mut before = String::from("''");
    for change in log.iter().filter(|line| line.contains(" keywords ")) {
        let mut words = change.split(' ').skip(2).map(str::to_owned);
        assert_eq!(words.next(), Some(before));
        before = words.next().unwrap();
    }
}

#[test]
fn of_two_who_saw_the_same_one_is_refused() {
    let world = World::new();
    let id = world.ticket(&[]);
    let token = world
        .get(id)
        .time("changetime")
        .unwrap()
        .as_microsecond()
        .to_string();
    let won = std::thread::scope(|scope| {
        let tries: Vec<_> = ["a", "b", "c", "d"]
            .into_iter()
            .map(|keywords| {
                let attributes = [
                    ("action", "leave"),
                    ("_ts", token.as_str()),
                    ("keywords", keywords),
                ];
                let elsewhere = world.elsewhere();
                scope.spawn(move || elsewhere.update("admin", id, "", &attributes).is_ok())
            })
            .collect();
        tries
            .into_iter()
            .map(|attempt| attempt.join().unwrap())
            .filter(|won| *won)
            .count()
    });
    assert_eq!(won, 1);
    assert_eq!(world.log(id).len(), 2);
}

#[test]
fn names_and_values_are_no_sql() {
    let world = World::with(&[("ticket-custom", "note", "text")]);
    let id = world.ticket(&[]);
    let hostile = [
        "'; DROP TABLE ticket; --",
        "\"; DROP TABLE ticket; --",
        "keywords=(SELECT value FROM system), cc",
        "keywords\" = 'x', \"cc",
        "%s ? $1 :x \\",
        "a\0b",
        "",
    ];
    for text in hostile {
        let error = world.update("admin", id, "c", &[(text, "x")]).unwrap_err();
        assert_eq!(error.message(), format!("no such column: {text}"));
        world.create("joe", text, texts(&[(text, text)])).ok();
        for field in ["keywords", "note", "summary"] {
            let ticket = world.update("admin", id, text, &[(field, text)]).unwrap();
            assert_eq!(ticket.text(field), text, "{field}");
        }
    }
    assert_eq!(world.get(id).text("cc"), "");
}
