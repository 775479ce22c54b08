//! What is answered from memory is what the database answers.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use tempfile::TempDir;
use tracrpc_env::{Actor, Environment, Extensions, permission};
use tracrpc_site::InitOptions;

use super::Query;
use super::result::Finder;

const CUSTOM: &[(&str, &str)] = &[
    ("area", "text"),
    ("words", "text"),
    ("words.format", "list"),
    ("deadline", "time"),
];

/// The columns that are texts, but for the description.
const TEXTS: [&str; 6] = [
    "owner",
    "status",
    "priority",
    "milestone",
    "version",
    "summary",
];

/// Values that differ in what an order or a comparison looks at.
const VALUES: [&str; 16] = [
    "", "a", "A", "b", "ab", "aB c", "Äb", "äB", "10", "9", "major", "minor", "m1", "m2", "late",
    "1_%/\\'",
];

/// Times, also as custom fields hold them.
const TIMES: [i64; 7] = [
    0,
    1,
    946_684_800_000_000,
    1_500_000_000_000_000,
    -62_135_596_800_000_000,
    253_402_300_799_999_999,
    253_402_300_800_000_000,
];

/// Rows that hold what Trac would not have stored.
const ODD: [&str; 14] = [
    "INSERT INTO enum (type, name, value) VALUES ('priority', NULL, '3')",
    "INSERT INTO enum (type, name, value) VALUES (NULL, 'major', '3')",
    "UPDATE enum SET value=x'39' WHERE type='priority' AND name='major'",
    "INSERT INTO milestone (name, due, completed) VALUES (NULL, 1, 2)",
    "INSERT INTO milestone (name, due) VALUES ('m1', 1.5)",
    "INSERT INTO milestone (name, completed) VALUES ('m2', 'soon')",
    "INSERT INTO version (name, time) VALUES (NULL, 1)",
    "INSERT INTO version (name, time) VALUES ('late', x'00')",
    "UPDATE ticket SET time=1500000000000000.5 WHERE id=1",
    "UPDATE ticket SET changetime='soon' WHERE id=1",
    "UPDATE ticket SET summary=x'61ff' WHERE id=1",
    "INSERT INTO ticket_custom VALUES ('x', 'area', 'a')",
    "INSERT INTO ticket_custom VALUES (1.5, 'area', 'a')",
    "INSERT INTO ticket_custom VALUES (1, NULL, 'a')",
];

struct World {
    _directory: TempDir,
    env: Environment,
}

/// The environment with what is tested here, and not the same of a crate that uses it.
fn opened(path: &Path) -> Environment {
    let mut extensions = Extensions::default();
    permission::register(&mut extensions);
    crate::register(&mut extensions);
    tracrpc_site::open_with(path, extensions).unwrap()
}

impl World {
    fn new() -> World {
        let directory = TempDir::new().unwrap();
        let mut init = InitOptions::new("Test");
        let option = |(name, value): &(&str, &str)| {
            (
                "ticket-custom".to_owned(),
                (*name).to_owned(),
                (*value).to_owned(),
            )
        };
        init.options = CUSTOM.iter().map(option).collect();
        init.options
            .push(("trac".into(), "default_timezone".into(), "UTC".into()));
        let env = tracrpc_site::create(directory.path().join("env"), &init).unwrap();
        let env = opened(env.path());
        World {
            _directory: directory,
            env,
        }
    }

    fn run(&self, sql: &str) {
        let written = self.env.db().write(|connection| connection.batch(sql));
        assert!(written.is_ok(), "{sql}: {written:?}");
    }

    fn actor(&self) -> Actor {
        self.env.actor("joe", "http://localhost")
    }

    /// All tickets of a query, and the page that it asks for: from memory and
    /// from the database.
    #[track_caller]
    fn compare(&self, text: &str) {
        let Ok(query) = Query::parse(&self.actor(), text) else {
            return;
        };
        let finder = Finder::new(&self.env, &query).unwrap();
        let in_database = finder.in_database(None).unwrap();
        let all = |selection: super::columns::Selection<'_>| {
            let count = selection.count();
            selection.page(0..count)
        };
        let in_memory = finder.in_memory(all).unwrap();
        assert_eq!(in_memory.as_ref(), Some(&*in_database.ids), "{text}");
        let page = finder.in_memory(|selection| finder.page(selection));
        let page = page.unwrap().unwrap().map_err(|error| error.to_string());
        let expected = query.cut(&in_database).map_err(|error| error.to_string());
        assert_eq!(page, expected, "{text}");
    }
}

/// Only what is not like the others may be left to the database.
#[test]
fn odd_rows_are_answered_alike_or_left_to_the_database() {
    const QUERIES: [&str; 6] = [
        "order=priority",
        "order=milestone&desc=1",
        "order=version&group=milestone",
        "order=time",
        "changetime=2000-01-01..&order=summary",
        "area=a&order=id",
    ];
    for odd in ODD {
        let world = World::new();
        world.run(
            "INSERT INTO ticket (id, time, changetime, summary, priority, milestone, version) VALUES \
             (1, 946684800000000, 1500000000000000, 'a', 'major', 'm1', 'late'), \
             (2, 1, 2, 'b', 'minor', 'm2', 'm1'), (3, NULL, NULL, NULL, NULL, NULL, NULL)",
        );
        world.run(odd);
        for text in QUERIES {
            let query = Query::parse(&world.actor(), text).unwrap();
            let finder = Finder::new(&world.env, &query).unwrap();
            let in_database = finder.in_database(None).unwrap();
            let in_memory = finder.in_memory(|selection| {
                let count = selection.count();
                selection.page(0..count)
            });
            if let Some(ids) = in_memory.unwrap() {
                assert_eq!(&ids, &*in_database.ids, "{odd}: {text}");
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn value() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::weighted(0.9, select(&VALUES[..]))
}

fn literal(value: Option<&str>) -> String {
    value.map_or_else(|| "NULL".to_owned(), quoted)
}

fn time() -> impl Strategy<Value = Option<i64>> {
    prop::option::weighted(0.9, select(&TIMES[..]))
}

/// A ticket as an SQL statement.
fn ticket() -> impl Strategy<Value = String> {
    let texts = prop::collection::vec(value(), TEXTS.len());
    (1..40_i64, time(), time(), texts).prop_map(|(id, created, changed, texts)| {
        let number = |time: Option<i64>| time.map_or("NULL".to_owned(), |time| time.to_string());
        let values: Vec<_> = texts.into_iter().map(literal).collect();
        format!(
            "INSERT OR REPLACE INTO ticket (id, time, changetime, {}) VALUES ({id}, {}, {}, {});",
            TEXTS.join(", "),
            number(created),
            number(changed),
            values.join(", ")
        )
    })
}

fn custom() -> impl Strategy<Value = String> {
    let name = select(&["area", "words", "deadline", "forgotten"][..]);
    let value = prop_oneof![
        value().prop_map(literal),
        select(&TIMES[..]).prop_map(|time| format!("'{time:018}'")),
    ];
    (1..40_i64, name, value).prop_map(|(id, name, value)| {
        format!("INSERT OR REPLACE INTO ticket_custom VALUES ({id}, '{name}', {value});")
    })
}

/// A change of what tickets, or the tables by which they are ordered, hold.
fn change() -> impl Strategy<Value = String> {
    let column = || select(&TEXTS[..]);
    prop_oneof![
        4 => ticket(),
        4 => custom(),
        1 => (1..40).prop_map(|id| format!("DELETE FROM ticket WHERE id = {id};")),
        1 => (1..40).prop_map(|id| format!("DELETE FROM ticket_custom WHERE ticket = {id};")),
        1 => (column(), value(), value()).prop_map(|(column, old, new)| {
            format!("UPDATE ticket SET {column} = {} WHERE {column} = {};", literal(new), literal(old))
        }),
        1 => (value(), select(&["1", "2", "x", ""][..])).prop_map(|(name, value)| {
            let name = quoted(name.unwrap_or("b"));
            format!("INSERT OR REPLACE INTO enum (type, name, value) VALUES ('priority', {name}, '{value}');")
        }),
        1 => (value(), time(), time()).prop_map(|(name, due, completed)| {
            let number = |time: Option<i64>| time.map_or("NULL".to_owned(), |time| time.to_string());
            let name = quoted(name.unwrap_or("b"));
            format!(
                "INSERT OR REPLACE INTO milestone (name, due, completed) VALUES ({name}, {}, {});",
                number(due), number(completed)
            )
        }),
        1 => (value(), select(&TIMES[..])).prop_map(|(name, time)| {
            let name = quoted(name.unwrap_or("b"));
            format!("INSERT OR REPLACE INTO version (name, time) VALUES ({name}, {time});")
        }),
        1 => Just("DELETE FROM enum WHERE type = 'priority';".to_owned()),
    ]
}

/// Escapes what separates the parts of a query.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        if matches!(c, '&' | '|' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    })
}

fn constraint() -> impl Strategy<Value = String> {
    let fields = &[
        "owner",
        "status",
        "priority",
        "milestone",
        "summary",
        "area",
        "words",
        "cc",
    ][..];
    let operators = &["=", "!=", "~=", "!~=", "^=", "!^=", "$=", "!$="][..];
    let values = prop::collection::vec(select(&VALUES[..]), 1..4);
    let texts =
        (select(fields), select(operators), values).prop_map(|(field, operator, values)| {
            let values: Vec<_> = values.into_iter().map(escaped).collect();
            format!("{field}{operator}{}", values.join("|"))
        });
    let times = &[
        "",
        "2000-01-01",
        "1970-01-01..2010-01-01",
        "..2000-01-01",
        "1999-01-01..",
    ][..];
    let fields = &["time", "changetime", "deadline"][..];
    let times = (select(fields), select(&["=", "!="][..]), select(times))
        .prop_map(|(field, operator, value)| format!("{field}{operator}{value}"));
    let ids = (any::<bool>(), 1..40, 1..40)
        .prop_map(|(not, a, b)| format!("id{}={a}-{b},7", if not { "!" } else { "" }));
    prop_oneof![6 => texts, 2 => times, 1 => ids]
}

fn query() -> impl Strategy<Value = String> {
    let constraints = prop::collection::vec((constraint(), prop::bool::weighted(0.2)), 0..4);
    let orders = &[
        "id",
        "time",
        "changetime",
        "priority",
        "milestone",
        "version",
        "summary",
        "owner",
        "area",
        "deadline",
        "status",
    ][..];
    let group = prop::option::of(select(orders));
    let max = select(&[0, 1, 3, 100][..]);
    (
        constraints,
        select(orders),
        any::<bool>(),
        group,
        any::<bool>(),
        max,
        1..4,
    )
        .prop_map(|(constraints, order, desc, group, groupdesc, max, page)| {
            let mut text = String::new();
            for (constraint, or) in constraints {
                let or = if or { "or&" } else { "" };
                write!(text, "{constraint}&{or}").unwrap();
            }
            let flag = u8::from;
            write!(
                text,
                "order={order}&desc={}&max={max}&page={page}",
                flag(desc)
            )
            .unwrap();
            if let Some(group) = group {
                write!(text, "&group={group}&groupdesc={}", flag(groupdesc)).unwrap();
            }
            text
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn memory_answers_as_the_database(
        tickets in prop::collection::vec(ticket(), 0..60),
        custom in prop::collection::vec(custom(), 0..60),
        rounds in prop::collection::vec((change(), prop::collection::vec(query(), 1..12)), 1..12),
    ) {
        let world = World::new();
        world.run(&tickets.concat());
        world.run(&custom.concat());
        super::prepare(&world.env);
        for (change, queries) in rounds {
            world.run(&change);
            for query in queries {
                world.compare(&query);
            }
        }
    }
}

#[test]
fn another_process_is_noticed() {
    let world = World::new();
    world.run("INSERT INTO ticket (id, status) VALUES (1, 'new')");
    super::prepare(&world.env);
    world.compare("status=new");
    let other = opened(world.env.path());
    let update = "UPDATE ticket SET status = 'closed'";
    other
        .db()
        .write(|connection| connection.batch(update))
        .unwrap();
    let found = super::run(&world.actor(), "status=new").unwrap();
    assert_eq!(found, [0_i64; 0]);
    super::prepare(&world.env);
    world.compare("status=closed");
}

#[test]
fn a_snapshot_is_not_mixed_with_what_comes_later() {
    let world = World::new();
    world.run("INSERT INTO ticket (id, status) VALUES (1, 'new')");
    super::prepare(&world.env);
    let actor = world.actor();
    let find = || super::run(&actor, "status=new").unwrap();
    actor.env().db().snapshot(|| {
        assert_eq!(find(), [1]);
        world.run("UPDATE ticket SET status = 'closed'");
        let found = super::run(&world.actor(), "status=new").unwrap();
        assert_eq!(found, [0_i64; 0]);
        let in_database: Result<i64, tracrpc_db::Error> = actor.env().db().read(|connection| {
            let sql = "SELECT COUNT(*) FROM ticket WHERE status = 'new'";
            connection.query(sql, &[])?[0].get(0)
        });
        assert_eq!(find().len() as i64, in_database.unwrap());
    });
    assert_eq!(find(), [0_i64; 0]);
    world.compare("status=closed");
}

#[test]
fn what_cannot_be_kept_is_asked_of_the_database() {
    for value in ["x'ff00'", "'a' || char(0) || 'b'", "CAST(x'ff' AS text)"] {
        let world = World::new();
        world.run(&format!(
            "INSERT INTO ticket (id, status, owner) VALUES (1, 'new', {value})"
        ));
        super::prepare(&world.env);
        let query = Query::parse(&world.actor(), "status=new").unwrap();
        let finder = Finder::new(&world.env, &query).unwrap();
        assert_eq!(
            finder.in_memory(|selection| selection.count()).unwrap(),
            None,
            "{value}"
        );
        assert_eq!(
            super::run(&world.actor(), "status=new").unwrap(),
            [1],
            "{value}"
        );
    }
}
