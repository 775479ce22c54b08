//! What a call was not asked to change stays as it is in the database, whatever it is.

use std::rc::Rc;

use tracrpc_env::time::Timestamp;
use tracrpc_env::{Actor, Environment};
use tracrpc_pages::page::{self, Edit};
use tracrpc_testing::{World, texts};
use tracrpc_tickets::component::{self, ComponentChange};
use tracrpc_tickets::enums::{self, EnumKind};
use tracrpc_tickets::milestone::{self, MilestoneChange};
use tracrpc_tickets::ticket::{self, GivenValue, TicketId, Update};
use tracrpc_tickets::version::{self, VersionChange};

/// What SQLite can be made to hold, as it is written in SQL.
const VALUES: &[&str] = &[
    "NULL",
    "0",
    "-1",
    "1262304000000001",
    "253402300799000000",
    "253402300799999999",
    "253402300800000000",
    "-62135596800000000",
    "-62135596800000001",
    "9223372036854775807",
    "1262304000000000.5",
    "1e300",
    "9e999",
    "''",
    "' soon\u{a0}'",
    "'0012'",
    "'2020-01-01'",
    "x''",
    "x'31'",
    "x'00ff'",
];

/// A row of a table, and something that changes some of its columns.
struct Case {
    table: &'static str,
    row: &'static str,
    columns: &'static [&'static str],
    /// What is to change, and how.
    changed: &'static [&'static str],
    change: fn(&Rc<Environment>) -> tracrpc_env::Result<()>,
}

fn never() -> Option<Option<Timestamp>> {
    Some(Some(Timestamp::MAX))
}

fn change_milestone(env: &Rc<Environment>, change: &MilestoneChange) -> tracrpc_env::Result<()> {
    milestone::update(env, "milestone1", change, None)
}

fn change_version(env: &Rc<Environment>, change: &VersionChange) -> tracrpc_env::Result<()> {
    version::update(env, "1.0", change)
}

fn change_component(env: &Rc<Environment>, change: &ComponentChange) -> tracrpc_env::Result<()> {
    component::update(env, "component1", change)
}

fn change_ticket(env: &Rc<Environment>, attributes: &[(&str, &str)]) -> tracrpc_env::Result<()> {
    let id = TicketId::from_given(&"1".into())?;
    let update = Update {
        comment: Some(String::new()),
        input: texts(attributes).into(),
        notify: false,
        author: None,
        when: GivenValue::Null,
    };
    let admin = Actor::new(Rc::clone(env), "admin", "");
    ticket::update(&admin, id, &update).map(drop)
}

const MILESTONE: &[&str] = &["name", "due", "completed", "description"];
const VERSION: &[&str] = &["name", "time", "description"];
const COMPONENT: &[&str] = &["name", "owner", "description"];
const ENUM: &[&str] = &["type", "name", "value", "description"];
const WIKI: &[&str] = &[
    "name", "version", "time", "author", "text", "comment", "readonly",
];
/// `cc` is written anew with every change of a ticket, as by Trac.
const TICKET: &[&str] = &[
    "type",
    "time",
    "changetime",
    "component",
    "severity",
    "priority",
    "owner",
    "reporter",
    "version",
    "milestone",
    "status",
    "resolution",
    "summary",
    "description",
    "keywords",
];

const CASES: &[Case] = &[
    Case {
        table: "milestone",
        row: "rowid=1",
        columns: MILESTONE,
        changed: &["description"],
        change: |env| {
            let description = Some("x".to_owned());
            change_milestone(
                env,
                &MilestoneChange {
                    description,
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "milestone",
        row: "rowid=1",
        columns: MILESTONE,
        changed: &["due"],
        change: |env| {
            change_milestone(
                env,
                &MilestoneChange {
                    due: never(),
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "milestone",
        row: "rowid=1",
        columns: MILESTONE,
        changed: &["completed"],
        change: |env| {
            let completed = Some(None);
            change_milestone(
                env,
                &MilestoneChange {
                    completed,
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "milestone",
        row: "rowid=1",
        columns: MILESTONE,
        changed: &["name"],
        change: |env| {
            let name = Some("other".to_owned());
            change_milestone(
                env,
                &MilestoneChange {
                    name,
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "version",
        row: "rowid=1",
        columns: VERSION,
        changed: &["description"],
        change: |env| {
            let description = Some("x".to_owned());
            change_version(
                env,
                &VersionChange {
                    description,
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "version",
        row: "rowid=1",
        columns: VERSION,
        changed: &["time"],
        change: |env| {
            change_version(
                env,
                &VersionChange {
                    time: never(),
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "version",
        row: "rowid=1",
        columns: VERSION,
        changed: &["name"],
        change: |env| {
            let name = Some("other".to_owned());
            change_version(
                env,
                &VersionChange {
                    name,
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "component",
        row: "rowid=1",
        columns: COMPONENT,
        changed: &["owner"],
        change: |env| {
            let owner = Some("ann".to_owned());
            change_component(
                env,
                &ComponentChange {
                    owner,
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "component",
        row: "rowid=1",
        columns: COMPONENT,
        changed: &["name"],
        change: |env| {
            let name = Some("other".to_owned());
            change_component(
                env,
                &ComponentChange {
                    name,
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "enum",
        row: "type='priority' AND name='major'",
        columns: ENUM,
        changed: &["value"],
        change: |env| enums::set_value(env, EnumKind::Priority, "major", Some("9")),
    },
    Case {
        table: "ticket",
        row: "id=1",
        columns: TICKET,
        changed: &["keywords", "changetime"],
        change: |env| change_ticket(env, &[("keywords", "new")]),
    },
    Case {
        table: "ticket",
        row: "id=1",
        columns: TICKET,
        changed: &["milestone", "changetime"],
        change: |env| {
            let name = Some("other".to_owned());
            change_milestone(
                env,
                &MilestoneChange {
                    name,
                    ..Default::default()
                },
            )
        },
    },
    Case {
        table: "ticket_custom",
        row: "ticket=1 AND name='never'",
        columns: &["ticket", "name", "value"],
        changed: &[],
        change: |env| change_ticket(env, &[("keywords", "new"), ("note", "new")]),
    },
    Case {
        table: "ticket_custom",
        row: "ticket=1 AND name='note'",
        columns: &["ticket", "name", "value"],
        changed: &[],
        change: |env| change_ticket(env, &[("keywords", "new"), ("lines", "new")]),
    },
    Case {
        table: "ticket_custom",
        row: "ticket=1 AND name='lines'",
        columns: &["ticket", "name", "value"],
        changed: &[],
        change: |env| change_ticket(env, &[("keywords", "new"), ("note", "new")]),
    },
    Case {
        table: "ticket_change",
        row: "rowid=1",
        columns: &["ticket", "time", "author", "field", "oldvalue", "newvalue"],
        changed: &[],
        change: |env| change_ticket(env, &[("keywords", "new")]),
    },
    Case {
        table: "wiki",
        row: "name='Page' AND version=1",
        columns: WIKI,
        changed: &[],
        change: |env| page::save(env, "Page", &Edit::new("new")).map(drop),
    },
    Case {
        table: "wiki",
        row: "rowid=(SELECT max(rowid) FROM wiki)",
        columns: WIKI,
        changed: &["name"],
        change: |env| page::rename(env, "Page", "Other"),
    },
];

fn world() -> World {
    let custom = "ticket-custom";
    let world = World::with(&[
        (custom, "never", "time"),
        (custom, "note", "text"),
        (custom, "lines", "textarea"),
    ]);
    let values = [("milestone", "milestone1"), ("note", "n"), ("lines", "l")];
    let id = world.ticket(&values);
    world.sql(
        "INSERT INTO ticket_custom (ticket, name, value) VALUES (1, 'never', '253402300799999999')
         ON CONFLICT (ticket, name) DO UPDATE SET value = excluded.value",
        &[],
    );
    world
        .update("admin", id, "comment", &[("keywords", "old")])
        .unwrap();
    page::save(&world.env, "Page", &Edit::new("text")).unwrap();
    world
}

impl Case {
    /// The columns that are to stay, as SQLite writes them.
    fn kept(&self, env: &Rc<Environment>, except: &[&str], rowid: i64) -> Vec<String> {
        let columns: Vec<String> = self
            .columns
            .iter()
            .filter(|column| !except.contains(column))
            .map(|column| format!("typeof({column}) || ' ' || quote({column})"))
            .collect();
        let sql = format!(
            "SELECT {} FROM {} WHERE rowid=?",
            columns.join(", "),
            self.table
        );
        let row = env
            .db()
            .read(|connection| connection.query_one(&sql, &[rowid.into()]));
        let row = row
            .unwrap()
            .unwrap_or_else(|| panic!("{} is gone", self.table));
        (0..columns.len())
            .map(|index| row.get(index).unwrap())
            .collect()
    }

    fn rowid(&self, env: &Rc<Environment>) -> i64 {
        let sql = format!("SELECT rowid FROM {} WHERE {}", self.table, self.row);
        let row = env.db().read(|connection| connection.query_one(&sql, &[]));
        row.unwrap().unwrap().get(0).unwrap()
    }

    /// Tries the change on a row with an odd value, and takes both back. Returns
    /// whether the change was made.
    fn check(&self, env: &Rc<Environment>, column: &str, value: &str) -> bool {
        let mut is_made = false;
        let take_back = env.db().write(|_| {
            is_made = self.try_on(env, column, value);
            Err(tracrpc_env::Error::invalid("undone"))
        });
        let undone: tracrpc_env::Result<()> = take_back;
        assert_eq!(undone.unwrap_err().message(), "undone");
        is_made
    }

    fn try_on(&self, env: &Rc<Environment>, column: &str, value: &str) -> bool {
        let rowid = self.rowid(env);
        let sql = format!(
            "UPDATE {} SET {column}={value} WHERE rowid={rowid}",
            self.table
        );
        let set = env.db().write(|connection| connection.execute(&sql, &[]));
        set.unwrap();
        let before = self.kept(env, self.changed, rowid);
        let all = self.kept(env, &[], rowid);
        let result = (self.change)(env);
        let after = self.kept(env, self.changed, rowid);
        assert_eq!(
            before, after,
            "{} {:?}: {column}={value}",
            self.table, self.changed
        );
        if result.is_err() {
            let after = self.kept(env, &[], rowid);
            assert_eq!(
                all, after,
                "{} {:?}: {column}={value}",
                self.table, self.changed
            );
        }
        result.is_ok()
    }
}

#[test]
fn a_change_leaves_the_other_columns() {
    let mut made = 0;
    let world = world();
    let env = Rc::new(world.env.clone());
    for case in CASES {
        // Names are how the row is found.
        let keys = [
            "name", "ticket", "type", "id", "version", "filename", "field",
        ];
        let is_key = |column: &str| keys.contains(&column) && case.table != "ticket";
        for column in case.columns.iter().filter(|column| !is_key(column)) {
            for value in VALUES {
                made += usize::from(case.check(&env, column, value));
            }
        }
    }
    assert!(made > 1000, "{made}");
}
