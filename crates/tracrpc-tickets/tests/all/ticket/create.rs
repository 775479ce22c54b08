//! What a new ticket has.

use tracrpc_env::ErrorKind;
use tracrpc_testing::{World, show, texts};
use tracrpc_tickets::ticket::GivenValue;

#[test]
fn defaults() {
    let world = World::with(&[
        ("ticket", "default_keywords", "fresh"),
        ("ticket", "default_cc", "joe;anna joe"),
        ("ticket-custom", "os", "select"),
        ("ticket-custom", "os.options", "linux|mac|other"),
        ("ticket-custom", "os.value", "-1"),
        ("ticket-custom", "flag", "checkbox"),
        ("ticket-custom", "note", "text"),
    ]);
    let ticket = world.get(world.ticket(&[]));
    let check = |name: &str, expected: &str| {
        let value = ticket.get(name).map_or_else(String::new, show);
        assert_eq!(value, expected, "{name}");
    };
    check("summary", "'summary'");
    check("reporter", "'admin'");
    check("owner", "'< default >'");
    check("type", "'defect'");
    check("priority", "'major'");
    check("status", "'new'");
    check("resolution", "''");
    check("keywords", "'fresh'");
    check("cc", "'joe, anna'");
    check("milestone", "''");
    check("os", "'other'");
    check("flag", "'0'");
    check("note", "");
    assert_eq!(ticket.time("time"), ticket.time("changetime"));
}

#[test]
fn values_that_a_field_cannot_hold() {
    let world = World::new();
    let check = |value: GivenValue, expected: &str| {
        let result = world.create("joe", "s", vec![("keywords".to_owned(), value)]);
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Invalid, expected)
        );
        assert_eq!(world.count("ticket"), 0);
    };
    check(
        GivenValue::List(vec!["a".into()]),
        "Multi-values fields not supported yet",
    );
    check(
        GivenValue::Int(5),
        "ticket field keywords: expected a string, got an int",
    );
}

#[test]
fn what_counts_as_empty_is_stored_as_nothing() {
    let world = World::new();
    for value in [
        GivenValue::Null,
        GivenValue::Int(0),
        GivenValue::Bool(false),
        GivenValue::List(Vec::new()),
        "".into(),
        "  ".into(),
    ] {
        let id = world
            .create("joe", "s", vec![("keywords".to_owned(), value)])
            .unwrap();
        let sql = "SELECT COUNT(*) FROM ticket WHERE id=? AND keywords IS NULL";
        let row = world
            .env
            .db()
            .read(|c| c.query_one(sql, &[id.into()]))
            .unwrap()
            .unwrap();
        assert_eq!(row.get::<i64>(0).unwrap(), 1);
    }
}

#[test]
fn the_clock_and_the_workflow_cannot_be_forestalled() {
    let world = World::new();
    let id = world.ticket(&[
        ("status", "closed"),
        ("resolution", "fixed"),
        ("time", "yesterday"),
        ("no such field", "x"),
    ]);
    let ticket = world.get(id);
    assert_eq!(ticket.text("status"), "new");
    assert_eq!(ticket.text("resolution"), "");
    assert!(ticket.time("time").is_some());
}

#[test]
fn a_summary_is_needed() {
    let world = World::new();
    let error = world.create("joe", "", texts(&[])).unwrap_err();
    assert_eq!(error.message(), "Tickets must contain a summary.");
}
