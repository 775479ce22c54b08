//! What every database has to do.

use std::sync::Barrier;
use std::thread;

use tracrpc_db::{ColumnType, Connection, Database, Error, ErrorKind, SqlValue, schema};

use crate::backends::on_every_database;

fn add_component(connection: &mut Connection, name: &str) -> Result<u64, Error> {
    connection.execute(
        "INSERT INTO component (name, owner) VALUES (?, 'joe')",
        &[name.into()],
    )
}

fn components(database: &Database) -> Vec<String> {
    let rows = database
        .read(|connection| connection.query("SELECT name FROM component ORDER BY name", &[]))
        .unwrap();
    rows.iter().map(|row| row.get(0).unwrap()).collect()
}

fn value<T: tracrpc_db::FromSql>(database: &Database, sql: &str, params: &[SqlValue]) -> T {
    let row = database
        .read(|connection| connection.query_one(sql, params))
        .unwrap();
    row.unwrap().get(0).unwrap()
}

#[test]
fn a_new_database_has_the_tables_of_trac() {
    on_every_database(|database| {
        for table in schema::TABLES {
            let columns = database
                .read(|connection| connection.column_names(table.name))
                .unwrap();
            let expected: Vec<_> = table.columns.iter().map(|column| column.name).collect();
            assert_eq!(columns, expected, "{}", table.name);
        }
        let mut tables = database.read(Connection::table_names).unwrap();
        let mut expected: Vec<_> = schema::TABLES.iter().map(|table| table.name).collect();
        tables.sort();
        expected.sort_unstable();
        assert_eq!(tables, expected);
        assert!(
            database
                .read(|c| c.column_names("no such table"))
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn a_transaction_that_fails_leaves_nothing() {
    on_every_database(|database| {
        let result: Result<(), Error> = database.write(|connection| {
            add_component(connection, "a")?;
            Err(Error::new(ErrorKind::Other, "changed my mind"))
        });
        assert_eq!(result.unwrap_err().to_string(), "changed my mind");
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            database.write(|connection| -> Result<(), Error> {
                add_component(connection, "b")?;
                panic!("in the middle");
            })
        }));
        assert!(panicked.is_err());
        assert!(components(database).is_empty());
        database
            .write(|connection| add_component(connection, "c"))
            .unwrap();
        assert_eq!(components(database), ["c"]);
    });
}

#[test]
fn calls_nest_on_one_connection() {
    on_every_database(|database| {
        database
            .write(|connection| {
                add_component(connection, "outer")?;
                assert_eq!(components(database), ["outer"], "own changes are seen");
                let inner: Result<(), Error> = database.write(|connection| {
                    add_component(connection, "inner")?;
                    add_component(connection, "outer").map(drop)
                });
                assert_eq!(inner.unwrap_err().kind(), ErrorKind::Unique);
                database.write(|connection| add_component(connection, "second"))
            })
            .unwrap();
        assert_eq!(components(database), ["outer", "second"]);
        database
            .read(|_| database.write(|connection| add_component(connection, "within a read")))
            .unwrap();
        assert_eq!(components(database).len(), 3);
    });
}

#[test]
fn a_swallowed_error_is_no_silent_loss() {
    on_every_database(|database| {
        let result = database.write(|connection| {
            add_component(connection, "a")?;
            let _ = add_component(connection, "a");
            Ok::<_, Error>(())
        });
        assert_eq!(result.is_ok(), components(database) == ["a"]);
    });
}

#[test]
fn readers_cannot_write() {
    on_every_database(|database| {
        let error = database
            .read(|connection| add_component(connection, "a"))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly);
        assert!(components(database).is_empty());
    });
}

#[test]
fn errors_have_their_kind() {
    on_every_database(|database| {
        let check = |sql: &str, params: &[SqlValue], expected: ErrorKind| {
            let error = database
                .write(|connection| connection.execute(sql, params))
                .unwrap_err();
            assert_eq!(error.kind(), expected, "{sql}: {error}");
        };
        database
            .write(|connection| add_component(connection, "a"))
            .unwrap();
        check(
            "INSERT INTO component (name) VALUES (?)",
            &["a".into()],
            ErrorKind::Unique,
        );
        check("DELETE FROM not_there", &[], ErrorKind::Schema);
        check("UPDATE component SET not_there = 1", &[], ErrorKind::Schema);
        check("nonsense", &[], ErrorKind::Other);
        check(
            "DELETE FROM component WHERE name = ?",
            &[],
            ErrorKind::Other,
        );
    });
}

#[test]
fn values_come_back_as_they_went_in() {
    on_every_database(|database| {
        let long = "x".repeat(1_000_000);
        for text in [
            "",
            " a\r\nb ",
            "it's \"quoted\" ? $1 %s \\",
            "日本語 🦀 ß",
            &long,
        ] {
            let back: String = value(database, "SELECT CAST(? AS text)", &[text.into()]);
            assert!(back == text, "{text:.20}");
        }
        for number in [
            0,
            1,
            -1,
            i64::from(i32::MAX),
            i64::from(i32::MAX) + 1,
            i64::MAX,
            i64::MIN,
        ] {
            database
                .write(|connection| {
                    connection.execute("DELETE FROM milestone", &[])?;
                    let params = ["m".into(), number.into(), SqlValue::Null];
                    let sql = "INSERT INTO milestone (name, due, completed) VALUES (?, ?, ?)";
                    connection.execute(sql, &params)
                })
                .unwrap();
            assert_eq!(
                value::<i64>(database, "SELECT due FROM milestone", &[]),
                number
            );
            let missing: Option<i64> = value(database, "SELECT completed FROM milestone", &[]);
            assert_eq!(missing, None);
        }
        assert_eq!(
            value::<i64>(database, "SELECT SUM(due) FROM milestone", &[]),
            i64::MIN
        );
    });
}

#[test]
fn texts_and_numbers_fit_each_other() {
    on_every_database(|database| {
        let add = |connection: &mut Connection| {
            let columns = ["ticket", "name", "value"];
            connection.insert(
                "ticket_custom",
                &columns,
                &["7".into(), "n".into(), 12.into()],
                "ticket",
            )
        };
        assert_eq!(
            database.write(add).unwrap(),
            if is_sqlite(database) { 1 } else { 7 }
        );
        let count = |sql: &str, param: SqlValue| -> i64 {
            let sql = format!("SELECT COUNT(*) FROM ticket_custom WHERE {sql}");
            value(database, &sql, &[param])
        };
        assert_eq!(count("ticket = ?", 7.into()), 1);
        assert_eq!(count("ticket = ?", "7".into()), 1);
        assert_eq!(count("ticket = ?", 7_000_000_000_i64.into()), 0);
        assert_eq!(count("ticket < ?", 7_000_000_000_i64.into()), 1);
        assert_eq!(count("value = ?", 12.into()), 1);
        assert_eq!(count("value = ?", 7_000_000_000_i64.into()), 0);
        assert_eq!(count("value = ?", "x' OR '1'='1".into()), 0);
    });
}

fn is_sqlite(database: &Database) -> bool {
    database.dialect().name() == "sqlite"
}

#[test]
fn rows_are_numbered() {
    on_every_database(|database| {
        let insert = |connection: &mut Connection| {
            connection.insert("ticket", &["summary"], &["s".into()], "id")
        };
        assert_eq!(database.write(insert).unwrap(), 1);
        assert_eq!(database.write(insert).unwrap(), 2);
        database
            .write(|connection| {
                connection.execute("INSERT INTO ticket (id) VALUES (40)", &[])?;
                match connection.dialect().update_sequence("ticket", "id") {
                    Some(sql) => connection.query(&sql, &[]).map(drop),
                    None => Ok(()),
                }
            })
            .unwrap();
        assert_eq!(database.write(insert).unwrap(), 41);
    });
}

#[test]
fn the_dialect_fits_the_database() {
    on_every_database(|database| {
        let dialect = database.dialect();
        let like = |text: &str, part: &str| -> bool {
            let pattern = format!("%{}%", dialect.like_escape(part));
            let sql = format!("SELECT CAST(? AS text) {}", dialect.like());
            value(database, &sql, &[text.into(), pattern.into()])
        };
        assert!(like("Hello", "ELL"));
        assert!(like("100% a_b /c", "0% A_B /"));
        assert!(!like("1000 aXb", "0%"));
        assert!(!like("aXb", "a_b"));
        let number = dialect.cast("'010'", ColumnType::Int);
        assert_eq!(
            value::<i64>(database, &format!("SELECT {number} + 1"), &[]),
            11
        );
        let text = dialect.concat(&["'a'", "'b'", "'c'"]);
        assert_eq!(
            value::<String>(database, &format!("SELECT {text}"), &[]),
            "abc"
        );
        for (key, columns) in [
            (&["name"][..], &["owner", "description"][..]),
            (&["name"], &[]),
        ] {
            let sql = dialect.upsert("component", key, columns);
            for owner in ["ann", "bob"] {
                let params = [SqlValue::from("p"), owner.into(), "d".into()];
                let params = &params[..1 + columns.len()];
                database
                    .write(|connection| connection.execute(&sql, params))
                    .unwrap();
            }
            let sql = "SELECT owner FROM component WHERE name = 'p'";
            assert_eq!(value::<String>(database, sql, &[]), "bob");
        }
        let sql = format!("SELECT 1 AS {}", dialect.quote("odd \"na`me"));
        assert_eq!(value::<i64>(database, &sql, &[]), 1);
    });
}

/// Another environment's changes on the same server may change the mark too.
#[test]
fn marks_change_with_the_database() {
    on_every_database(|database| {
        let mark = || database.change_mark().unwrap();
        let before = mark();
        components(database);
        let is_own = is_sqlite(database);
        assert!(mark() == before || !is_own, "a query changes nothing");
        database
            .write(|connection| {
                assert_ne!(
                    mark(),
                    mark(),
                    "nothing is cached while it may be rolled back"
                );
                add_component(connection, "a")
            })
            .unwrap();
        let after = mark();
        assert_ne!(after, before);
        assert!(mark() == after || !is_own);
        let update = "UPDATE component SET owner = 'ann'";
        database
            .write(|connection| connection.execute(update, &[]))
            .unwrap();
        assert_ne!(mark(), after);
    });
}

/// Each thread reads a number and writes the next; none may be lost.
#[test]
fn writers_do_not_lose_each_others_changes() {
    const THREADS: i64 = 8;
    const ROUNDS: i64 = 20;
    on_every_database(|database| {
        let insert = "INSERT INTO cache (id, generation) VALUES (1, 0)";
        database
            .write(|connection| connection.execute(insert, &[]))
            .unwrap();
        let count = |database: &Database| {
            database.write(|connection| {
                let row = connection.query_one("SELECT generation FROM cache", &[])?;
                let number: i64 = row.map_or(Ok(0), |row| row.get(0))?;
                let sql = "UPDATE cache SET generation = ?";
                connection.execute(sql, &[(number + 1).into()])
            })
        };
        let start = Barrier::new(THREADS as usize);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                let (database, start) = (database.clone(), &start);
                scope.spawn(move || {
                    start.wait();
                    (0..ROUNDS).for_each(|_| assert_eq!(count(&database).unwrap(), 1));
                });
            }
        });
        let sql = "SELECT generation FROM cache";
        assert_eq!(value::<i64>(database, sql, &[]), THREADS * ROUNDS);
    });
}

/// More threads than connections, each holding one while it waits for its
/// turn to write: they all get there.
#[test]
fn readers_that_turn_into_writers_do_not_lock_each_other_out() {
    const THREADS: usize = 15;
    on_every_database(|database| {
        let start = Barrier::new(THREADS);
        thread::scope(|scope| {
            for number in 0..THREADS {
                let (database, start) = (database.clone(), &start);
                scope.spawn(move || {
                    start.wait();
                    database
                        .read(|_| database.write(|c| add_component(c, &format!("c{number}"))))
                        .unwrap();
                    database
                        .write(|c| add_component(c, &format!("d{number}")))
                        .unwrap();
                });
            }
        });
        assert_eq!(components(database).len(), 2 * THREADS);
    });
}
