//! What a database tells of the changes that this process made.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use tracrpc_db::{Change, Changes, Connection, Database, Error, Options, Watched};

const WATCHED: &[Watched] = &[
    Watched {
        table: "ticket",
        key: Some("id"),
    },
    Watched {
        table: "ticket_custom",
        key: Some("ticket"),
    },
    Watched {
        table: "enum",
        key: None,
    },
];

/// Trac makes files with either journal.
const URLS: [&str; 2] = [
    "sqlite:trac.db",
    "sqlite:trac.db?journal_mode=delete&synchronous=off",
];

fn options() -> Options {
    let mut options = Options::default();
    options.watched = WATCHED.to_vec();
    options
}

fn open(url: &str, directory: &Path) -> Database {
    Database::open(url, directory, options()).unwrap()
}

fn on_each_file(test: impl Fn(&Database, &Database)) {
    for url in URLS {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::create(url, directory.path(), options()).unwrap();
        test(&database, &open(url, directory.path()));
    }
}

fn run(database: &Database, sql: &str) {
    let result: Result<(), Error> = database.write(|connection| connection.batch(sql));
    result.unwrap();
}

/// What changes while `action` runs.
fn changes(database: &Database, action: impl FnOnce()) -> Changes {
    let before = database.change_mark().unwrap();
    action();
    let after = database.change_mark().unwrap();
    database.changes_between(&before, &after)
}

type TableAndKey = (&'static str, Option<i64>);

fn known(changes: &[TableAndKey]) -> Changes {
    let change = |&(table, key)| Change { table, key };
    Changes::Known(changes.iter().map(change).collect())
}

#[test]
fn own_changes_are_told_by_their_keys() {
    let cases: &[(&str, &[TableAndKey])] = &[
        (
            "INSERT INTO ticket (id) VALUES (1), (2), (3)",
            &[
                ("ticket", Some(1)),
                ("ticket", Some(2)),
                ("ticket", Some(3)),
            ],
        ),
        (
            "UPDATE ticket SET owner = 'joe' WHERE id > 1",
            &[("ticket", Some(2)), ("ticket", Some(3))],
        ),
        (
            "UPDATE ticket SET id = 7 WHERE id = 3",
            &[("ticket", Some(3)), ("ticket", Some(7))],
        ),
        ("DELETE FROM ticket WHERE id = 7", &[("ticket", Some(7))]),
        (
            "INSERT INTO ticket_custom VALUES (2, 'area', 'north')",
            &[("ticket_custom", Some(2))],
        ),
        ("DELETE FROM ticket_custom", &[("ticket_custom", Some(2))]),
        (
            "INSERT INTO enum (type, name, value) VALUES ('priority', 'high', '1'), ('priority', 'low', '2')",
            &[("enum", None)],
        ),
        ("INSERT INTO component (name) VALUES ('parser')", &[]),
        ("UPDATE ticket SET owner = 'ann' WHERE id = 99", &[]),
        (
            "UPDATE ticket SET owner = 'eve'; DELETE FROM ticket",
            &[("ticket", Some(1)), ("ticket", Some(2))],
        ),
    ];
    on_each_file(|database, _| {
        for (sql, expected) in cases {
            assert_eq!(
                changes(database, || run(database, sql)),
                known(expected),
                "{sql}"
            );
        }
    });
}

#[test]
fn changes_of_several_transactions_add_up() {
    on_each_file(|database, _| {
        let changed = changes(database, || {
            run(database, "INSERT INTO ticket (id) VALUES (5)");
            run(database, "INSERT INTO component (name) VALUES ('x')");
            run(
                database,
                "INSERT INTO ticket (id) VALUES (4); UPDATE ticket SET owner = 'a'",
            );
        });
        assert_eq!(changed, known(&[("ticket", Some(4)), ("ticket", Some(5))]));
    });
}

#[test]
fn what_is_rolled_back_did_not_change() {
    on_each_file(|database, _| {
        let changed = changes(database, || {
            let result: Result<(), Error> = database.write(|connection| {
                connection.batch("INSERT INTO ticket (id) VALUES (1)")?;
                Err(Error::new(tracrpc_db::ErrorKind::Other, "no"))
            });
            assert!(result.is_err());
        });
        assert_eq!(changed, known(&[]));
        let changed = changes(database, || {
            run(database, "INSERT INTO ticket (id) VALUES (2)")
        });
        assert_eq!(changed, known(&[("ticket", Some(2))]));
    });
}

#[test]
fn a_nested_transaction_that_fails_tells_nothing() {
    on_each_file(|database, _| {
        let changed = changes(database, || {
            let result: Result<(), Error> = database.write(|connection| {
                connection.batch("INSERT INTO ticket (id) VALUES (1)")?;
                let inner: Result<(), Error> = database.write(|connection| {
                    connection.batch("INSERT INTO ticket (id) VALUES (2)")?;
                    Err(Error::new(tracrpc_db::ErrorKind::Other, "no"))
                });
                assert!(inner.is_err());
                Ok(())
            });
            result.unwrap();
        });
        assert_eq!(changed, known(&[("ticket", Some(1))]));
    });
}

#[test]
fn what_others_change_is_unknown() {
    on_each_file(|database, other| {
        let foreign = || {
            run(
                other,
                "INSERT INTO component (name) VALUES (hex(randomblob(9)))",
            )
        };
        let own = || run(database, "UPDATE ticket SET owner = hex(randomblob(9))");
        run(database, "INSERT INTO ticket (id) VALUES (1)");
        assert_eq!(changes(database, foreign), Changes::Unknown);
        assert_eq!(
            changes(database, || {
                own();
                foreign()
            }),
            Changes::Unknown
        );
        assert_eq!(
            changes(database, || {
                foreign();
                own()
            }),
            Changes::Unknown
        );
        assert_eq!(
            changes(database, || {
                own();
                foreign();
                own()
            }),
            Changes::Unknown
        );
        assert_eq!(changes(database, own), known(&[("ticket", Some(1))]));
    });
}

#[test]
fn too_much_to_tell_is_unknown() {
    on_each_file(|database, _| {
        let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) \
                    INSERT INTO ticket (id) SELECT i FROM n";
        assert_eq!(changes(database, || run(database, many)), Changes::Unknown);
        let one = || run(database, "DELETE FROM ticket WHERE id = 6000");
        assert_eq!(changes(database, one), known(&[("ticket", Some(6000))]));
    });
}

#[test]
fn a_table_that_is_made_anew_is_still_watched() {
    on_each_file(|database, other| {
        run(database, "INSERT INTO ticket (id) VALUES (1)");
        run(
            other,
            "DROP TABLE ticket; CREATE TABLE ticket (id integer PRIMARY KEY, owner text)",
        );
        let insert = || run(database, "INSERT INTO ticket (id) VALUES (1)");
        assert_eq!(changes(database, insert), Changes::Unknown);
        let update = || run(database, "UPDATE ticket SET owner = 'joe'");
        assert_eq!(changes(database, update), known(&[("ticket", Some(1))]));
    });
}

#[test]
fn a_database_that_cannot_tell_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let memory = Database::create("sqlite::memory:", directory.path(), options()).unwrap();
    assert!(!memory.can_watch());
    let insert = || run(&memory, "INSERT INTO ticket (id) VALUES (1)");
    assert_eq!(changes(&memory, insert), Changes::Unknown);
}

/// A copy of the owners of all tickets, which follows by the changes.
#[derive(Default)]
struct Copy {
    owners: BTreeMap<i64, String>,
    followed: usize,
}

impl Copy {
    fn read(
        connection: &mut Connection,
        ids: Option<&[i64]>,
    ) -> Result<BTreeMap<i64, String>, Error> {
        let condition = match ids {
            Some(ids) => format!(
                "WHERE id IN ({})",
                ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
            ),
            None => String::new(),
        };
        let rows = connection.query(&format!("SELECT id, owner FROM ticket {condition}"), &[])?;
        rows.iter()
            .map(|row| Ok((row.get(0)?, row.get(1)?)))
            .collect()
    }

    fn follow(&mut self, database: &Database, changes: Changes) {
        let read = |ids: Option<&[i64]>| {
            database
                .read(|connection| Copy::read(connection, ids))
                .unwrap()
        };
        match changes {
            Changes::Unknown => self.owners = read(None),
            Changes::Known(changes) => {
                let ids: Vec<_> = changes.iter().filter_map(|change| change.key).collect();
                self.owners.retain(|id, _| !ids.contains(id));
                self.owners.extend(read(Some(&ids)));
                self.followed += ids.len();
            }
        }
    }
}

/// Writes a few tickets, some of which it deletes again.
fn write_some(database: &Database, seed: i64) {
    for step in 0..60 {
        let id = (seed + step * 7) % 20;
        let sql = match step % 4 {
            0 => format!("INSERT OR IGNORE INTO ticket (id, owner) VALUES ({id}, 'joe')"),
            1 => format!("DELETE FROM ticket WHERE id = {id}"),
            2 => format!("UPDATE ticket SET owner = 'o{step}' WHERE id > {id}"),
            _ => format!("INSERT OR REPLACE INTO ticket (id, owner) VALUES ({id}, 's{seed}')"),
        };
        run(database, &sql);
    }
}

#[test]
fn a_copy_that_follows_is_never_wrong() {
    on_each_file(|database, other| {
        let mut copy = Copy::default();
        let mut mark = database.change_mark().unwrap();
        thread::scope(|scope| {
            let write = |database: &Database, seed| {
                let database = database.clone();
                scope.spawn(move || write_some(&database, seed))
            };
            let own = [1, 2].map(|seed| write(database, seed));
            let foreign = write(other, 3);
            let is_busy =
                || own.iter().any(|thread| !thread.is_finished()) || !foreign.is_finished();
            loop {
                let last = !is_busy();
                let now = database.change_mark().unwrap();
                copy.follow(database, database.changes_between(&mark, &now));
                mark = now;
                if last {
                    break;
                }
            }
        });
        let now = database
            .read(|connection| Copy::read(connection, None))
            .unwrap();
        assert_eq!(copy.owners, now);
        run(database, "UPDATE ticket SET owner = 'end'");
        let after = database.change_mark().unwrap();
        copy.follow(database, database.changes_between(&mark, &after));
        assert!(copy.owners.values().all(|owner| owner == "end"));
        assert!(copy.followed > 0);
    });
}
