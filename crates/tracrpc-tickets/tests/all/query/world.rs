//! Tickets to look for, on every database.

use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;
use tracrpc_db::SqlValue;
use tracrpc_env::{Environment, Error};
use tracrpc_site::InitOptions;
use tracrpc_tickets::query;

/// The columns of `TICKETS`.
const COLUMNS: [&str; 12] = [
    "time",
    "type",
    "status",
    "priority",
    "owner",
    "milestone",
    "version",
    "keywords",
    "cc",
    "resolution",
    "summary",
    "description",
];

/// Tickets from number 1, all their fields but the time, which is the first
/// of January of the year 2000 and so many.
const TICKETS: [[&str; 11]; 6] = [
    [
        "defect",
        "new",
        "minor",
        "joe",
        "milestone1",
        "1.0",
        "paper, office",
        "anna, joe",
        "",
        "Printer jams",
        "paper & toner",
    ],
    [
        "task",
        "closed",
        "blocker",
        "anna",
        "milestone2",
        "2.0",
        "office slow",
        "",
        "fixed",
        "printer is slow",
        "100% CPU",
    ],
    [
        "defect",
        "new",
        "major",
        "",
        "",
        "",
        "",
        "bob@example.org",
        "",
        "Screen flickers",
        "flick_er",
    ],
    [
        "enhancement",
        "assigned",
        "trivial",
        "joe",
        "milestone1",
        "1.0",
        "ui, dark-mode",
        "JOE",
        "",
        "Add dark mode",
        "a/b",
    ],
    [
        "defect",
        "accepted",
        "critical",
        "carol",
        "nowhere",
        "",
        "crash",
        "",
        "",
        "Crash | on & start",
        "back\\slash",
    ],
    [
        "task",
        "new",
        "odd",
        "admin",
        "late",
        "0.9",
        "\"quoted\"",
        "",
        "",
        "it's",
        "ünïcode",
    ],
];

/// Values of custom fields by ticket.
const CUSTOM: &[(i64, &str, &str)] = &[
    (1, "area", "north"),
    (2, "area", "South"),
    (3, "area", ""),
    (1, "deadline", "000946684800000000"),
    (2, "deadline", "000978307200000000"),
    (1, "blocking", "2, 3"),
    (4, "blocking", "3 5"),
    (1, "urgent", "1"),
    (2, "urgent", "0"),
];

const OPTIONS: &[(&str, &str, &str)] = &[
    ("ticket-custom", "area", "select"),
    ("ticket-custom", "area.options", "north|South"),
    ("ticket-custom", "blocking", "text"),
    ("ticket-custom", "blocking.format", "list"),
    ("ticket-custom", "deadline", "time"),
    ("ticket-custom", "notes", "textarea"),
    ("ticket-custom", "urgent", "checkbox"),
    ("trac", "default_timezone", "UTC"),
];

/// An environment with tickets.
pub(super) struct World {
    _directory: TempDir,
    pub(super) env: Environment,
}

impl World {
    /// Runs a test on each kind of database that is at hand: always SQLite,
    /// and PostgreSQL if `TRACRPC_TEST_POSTGRES` names a server.
    pub(super) fn each(test: impl Fn(&World)) {
        test(&World::new(&[]));
        if let Some(url) = postgres_url() {
            let world = World::on(Some(url.clone()), &[]);
            test(&world);
            let schema = url.rsplit_once("schema=").unwrap().1;
            let drop = format!("DROP SCHEMA \"{schema}\" CASCADE");
            world
                .env
                .db()
                .write(|connection| connection.batch(&drop))
                .unwrap();
        }
    }

    pub(super) fn new(options: &[(&str, &str, &str)]) -> World {
        World::on(None, options)
    }

    fn on(database: Option<String>, options: &[(&str, &str, &str)]) -> World {
        let directory = TempDir::new().unwrap();
        let mut init = InitOptions::new("Test");
        init.database = database;
        let all = OPTIONS.iter().chain(options);
        init.options = all
            .map(|(section, option, value)| {
                (section.to_string(), option.to_string(), value.to_string())
            })
            .collect();
        let env = tracrpc_site::create(directory.path().join("env"), &init).unwrap();
        env.db().write(fill).unwrap();
        World {
            _directory: directory,
            env,
        }
    }

    /// What joe finds.
    pub(super) fn find(&self, text: &str) -> Result<Vec<i64>, Error> {
        self.find_as("joe", text)
    }

    pub(super) fn find_as(&self, user: &str, text: &str) -> Result<Vec<i64>, Error> {
        query::run(&self.env.actor(user, "http://localhost"), text)
    }

    /// Checks what joe finds, or the error.
    #[track_caller]
    pub(super) fn check(&self, text: &str, expected: Result<&[i64], &str>) {
        let found = self.find(text);
        let found = found.as_deref().map_err(Error::message);
        assert_eq!(
            found,
            expected,
            "{text} on {}",
            self.env.db().dialect().name()
        );
    }
}

fn fill(connection: &mut tracrpc_db::Connection) -> Result<(), tracrpc_db::Error> {
    let year = 31_557_600_000_000_i64;
    for (number, ticket) in (0..).zip(TICKETS) {
        let time = SqlValue::Int(30 * year + number * year);
        let params: Vec<_> = [time]
            .into_iter()
            .chain(ticket.map(SqlValue::from))
            .collect();
        let id = connection.insert("ticket", &COLUMNS, &params, "id")?;
        assert_eq!(id, number + 1);
    }
    for (ticket, name, value) in CUSTOM {
        let params = [(*ticket).into(), (*name).into(), (*value).into()];
        let sql = "INSERT INTO ticket_custom (ticket, name, value) VALUES (?, ?, ?)";
        connection.execute(sql, &params)?;
    }
    let milestone = "INSERT INTO milestone (name, due, completed) VALUES ('late', 1, 0)";
    connection.execute(milestone, &[])?;
    connection
        .execute("INSERT INTO version (name, time) VALUES ('0.9', 1)", &[])
        .map(drop)
}

fn postgres_url() -> Option<String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("TRACRPC_TEST_POSTGRES").ok()?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    Some(format!(
        "{server}?schema=query-{}-{number}",
        std::process::id()
    ))
}
