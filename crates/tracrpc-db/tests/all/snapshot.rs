//! Reads that share a snapshot.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tracrpc_db::{ChangeMark, Connection, Database, Error, ErrorKind, Options};

use crate::backends::{create, on_every_database};

const WAL: &str = "sqlite:db/trac.db?journal_mode=wal";
const ROLLBACK: &str = "sqlite:db/trac.db?journal_mode=delete";

/// How long anything may take that is not to take long.
const PATIENCE: Duration = Duration::from_secs(5);

fn begin(database: &Database) {
    database
        .write(|connection| {
            connection.execute("INSERT INTO cache (id, generation) VALUES (1, 0)", &[])
        })
        .unwrap();
}

fn number(connection: &mut Connection) -> Result<i64, Error> {
    let row = connection.query_one("SELECT generation FROM cache WHERE id = 1", &[])?;
    row.map_or(Ok(-1), |row| row.get(0))
}

fn read(database: &Database) -> i64 {
    database.read(number).unwrap()
}

fn increment(database: &Database) -> i64 {
    database
        .write(|connection| {
            let next = number(connection)? + 1;
            connection.execute("UPDATE cache SET generation = ?", &[next.into()])?;
            Ok::<_, Error>(next)
        })
        .unwrap()
}

#[test]
fn what_a_snapshot_writes_it_sees() {
    on_every_database(|database| {
        begin(database);
        let before = database.change_mark().unwrap();
        database.snapshot(|| {
            assert_eq!(read(database), 0);
            increment(database);
            assert_eq!(read(database), 1);
            assert_ne!(database.change_mark().unwrap(), before);
            database.snapshot(|| assert_eq!(increment(database), 2));
            let nested = database.read(|connection| {
                increment(database);
                increment(database);
                number(connection)
            });
            assert_eq!(nested.unwrap(), 4);
            assert_eq!(read(database), 4);
        });
        assert_eq!(read(database), 4);
        let within = database.write(|_| Ok::<_, Error>(database.snapshot(|| increment(database))));
        assert_eq!(within.unwrap(), 5);
    });
}

#[test]
fn what_fails_in_a_snapshot_does_not_spoil_it() {
    on_every_database(|database| {
        begin(database);
        database.snapshot(|| {
            read(database);
            let error = database
                .read(|connection| connection.query("SELECT x FROM nowhere", &[]))
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Schema, "{error}");
            assert_eq!(read(database), 0);
            let failed: Result<(), Error> = database.write(|connection| {
                connection.execute("UPDATE cache SET generation = 7", &[])?;
                Err(Error::new(ErrorKind::Other, "changed my mind"))
            });
            assert!(failed.is_err());
            assert_eq!(read(database), 0);
        });
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            database.snapshot(|| {
                read(database);
                panic!("in the middle");
            });
        }));
        assert!(panicked.is_err());
        assert_eq!(increment(database), 1);
        assert_eq!(read(database), 1);
    });
}

/// Others' commits do not show, in values and marks alike, until the look is
/// renewed, which does not take long.
#[test]
fn a_look_is_at_one_moment_and_does_not_last() {
    let directory = tempfile::tempdir().unwrap();
    let database = create(WAL, directory.path());
    let other = Database::open(WAL, directory.path(), Options::default()).unwrap();
    begin(&database);
    // Where the machine stalls, the look may be renewed at once: then again.
    let stayed = (0..100).any(|_| {
        database.snapshot(|| {
            let (before, mark) = (read(&database), database.change_mark().unwrap());
            let after = increment(&other);
            assert_eq!(after, before + 1);
            let stayed = read(&database) == before && database.change_mark().unwrap() == mark;
            wait_for(|| read(&database) == after);
            assert_ne!(database.change_mark().unwrap(), mark);
            stayed
        })
    });
    assert!(stayed);
}

fn wait_for(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "it takes too long");
        thread::yield_now();
    }
}

/// Without a write-ahead log nobody can commit while somebody looks.
#[test]
fn writers_do_not_wait_long_for_a_snapshot() {
    let directory = tempfile::tempdir().unwrap();
    let database = create(ROLLBACK, directory.path());
    begin(&database);
    let (start, done) = (Barrier::new(2), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let other = Database::open(ROLLBACK, directory.path(), Options::default()).unwrap();
            start.wait();
            let began = Instant::now();
            for _ in 0..5 {
                increment(&other);
            }
            done.store(true, Ordering::SeqCst);
            assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
        });
        database.snapshot(|| {
            read(&database);
            start.wait();
            wait_for(|| {
                read(&database);
                done.load(Ordering::SeqCst)
            });
            wait_for(|| read(&database) == 5);
        });
    });
}

/// A copy that is kept by its mark is never older than what was committed
/// before the snapshot began.
#[test]
fn what_is_kept_by_its_mark_is_not_stale() {
    let mut kept: RefCell<Option<(ChangeMark, i64)>> = RefCell::default();
    let current = |database: &Database, kept: &mut Option<(ChangeMark, i64)>| {
        let mark = database.change_mark().unwrap();
        if kept.as_ref().is_none_or(|(known, _)| *known != mark) {
            *kept = Some((mark, read(database)));
        }
        kept.as_ref().unwrap().1
    };
    for url in [WAL, ROLLBACK] {
        let directory = tempfile::tempdir().unwrap();
        let database = create(url, directory.path());
        let other = Database::open(url, directory.path(), Options::default()).unwrap();
        begin(&database);
        for round in 0..40 {
            let writer = if round % 2 == 0 { &other } else { &database };
            let expected = increment(writer);
            let kept = kept.get_mut();
            database.snapshot(|| {
                assert_eq!(current(&database, kept), expected);
                let expected = increment(&database);
                assert_eq!(current(&database, kept), expected);
                if url == WAL {
                    let foreign = increment(&other);
                    assert!([expected, foreign].contains(&current(&database, kept)));
                }
            });
        }
    }
}

/// More threads than connections, all of which read and write: nobody is
/// locked out, nothing is lost.
#[test]
fn snapshots_that_write_do_not_lock_each_other_out() {
    const THREADS: i64 = 15;
    const ROUNDS: i64 = 10;
    let run = |database: &Database| {
        begin(database);
        let start = Barrier::new(THREADS as usize);
        let round = |database: &Database| {
            let before = read(database);
            let own = increment(database);
            assert!(own > before && read(database) >= own);
        };
        thread::scope(|scope| {
            for _ in 0..THREADS {
                let (database, start) = (database.clone(), &start);
                scope.spawn(move || {
                    start.wait();
                    let both = || (0..2).for_each(|_| round(&database));
                    (0..ROUNDS).for_each(|_| database.snapshot(both));
                });
            }
        });
        assert_eq!(read(database), 2 * THREADS * ROUNDS);
    };
    on_every_database(run);
    let directory = tempfile::tempdir().unwrap();
    run(&create(ROLLBACK, directory.path()));
}

#[test]
fn rows_are_lent_one_by_one() {
    on_every_database(|database| {
        begin(database);
        let sql = "SELECT 'é' AS a, 7 AS b, NULL AS c UNION ALL SELECT '12', 8, NULL ORDER BY b";
        let mut rows = Vec::new();
        let mut nested = None;
        let result: Result<(), Error> = database.read(|connection| {
            connection.for_each(sql, &[], |row| {
                rows.push((row.text(0)?.unwrap().into_owned(), row.get::<i64>(1)?));
                assert_eq!(
                    row.text(1)?.as_deref(),
                    Some(if rows.len() == 1 { "7" } else { "8" })
                );
                assert_eq!(row.text(2)?, None);
                assert_eq!(row.get::<i64>(3).unwrap_err().kind(), ErrorKind::Value);
                nested = Some(database.read(number).map_err(|error| error.to_string()));
                Ok(())
            })
        });
        result.unwrap();
        assert_eq!(rows, [("é".to_owned(), 7), ("12".to_owned(), 8)]);
        assert_eq!(
            nested.unwrap().unwrap_err(),
            "the connection is busy with the rows of a query"
        );
        let mut count = 0;
        let stopped = database.read(|connection| {
            connection.for_each(sql, &[], |_| {
                count += 1;
                Err(Error::new(ErrorKind::Other, "enough"))
            })
        });
        assert_eq!(
            (stopped.unwrap_err().to_string(), count),
            ("enough".to_owned(), 1)
        );
        assert_eq!(read(database), 0);
    });
}
