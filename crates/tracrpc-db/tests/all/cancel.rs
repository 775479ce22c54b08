//! Requests that are given up.

use std::thread;
use std::time::{Duration, Instant};

use tracrpc_db::{Cancel, Connection, Database, Error, ErrorKind, Options, StepAside, WaitBudget};

use crate::backends::{drop_schema, on_every_database, postgres_url};

/// What takes longer than anybody has.
const ENDLESS: &str = "WITH RECURSIVE n(i) AS \
    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT count(*) FROM n";

/// A request, and what gives it up.
fn request(database: &Database) -> (Database, Cancel) {
    let cancel = Cancel::at(Instant::now() + Duration::from_secs(3600));
    let way = database.within(WaitBudget::none().until(cancel.clone()));
    (way, cancel)
}

/// Gives up while the thread does something else.
fn give_up_soon(cancel: &Cancel) -> thread::JoinHandle<()> {
    let cancel = cancel.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        cancel.set();
    })
}

fn count(database: &Database) -> i64 {
    let count = |connection: &mut Connection| {
        connection.query_one("SELECT COUNT(*) FROM component WHERE name LIKE 'new%'", &[])
    };
    let row = database.read(count).unwrap();
    row.unwrap().get(0).unwrap()
}

fn add(connection: &mut Connection, name: &str) -> Result<u64, Error> {
    let sql = "INSERT INTO component (name) VALUES (?)";
    connection.execute(sql, &[name.into()])
}

#[test]
fn a_query_is_interrupted() {
    on_every_database(|database| {
        for _ in 0..3 {
            let (way, cancel) = request(database);
            let giving_up = give_up_soon(&cancel);
            let result = way.read(|connection| connection.query(ENDLESS, &[]));
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
            giving_up.join().unwrap();
            let again = way.read(|connection| connection.query("SELECT 1", &[]));
            assert_eq!(again.unwrap_err().kind(), ErrorKind::Cancelled);
            // The connection is as good as before, or another.
            for _ in 0..20 {
                assert_eq!(count(database), 0);
            }
        }
    });
}

#[test]
fn rows_are_lent_to_its_end_only() {
    on_every_database(|database| {
        let (way, cancel) = request(database);
        let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
                    SELECT i FROM n";
        let mut seen = 0;
        let result = way.read(|connection| {
            connection.for_each(many, &[], |_| {
                seen += 1;
                cancel.set();
                Ok::<_, Error>(())
            })
        });
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(seen, 1);
    });
}

#[test]
fn a_deadline_interrupts_too() {
    let directory = tempfile::tempdir().unwrap();
    let database = crate::backends::create("sqlite:db/trac.db", directory.path());
    let cancel = Cancel::at(Instant::now() + Duration::from_millis(100));
    let way = database.within(WaitBudget::none().until(cancel));
    let result = way.read(|connection| connection.query(ENDLESS, &[]));
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
}

/// Whether it is interrupted in the midst of a statement or given up between two.
#[test]
fn what_was_not_committed_is_undone() {
    on_every_database(|database| {
        let (way, cancel) = request(database);
        let result: Result<(), Error> = way.write(|connection| {
            add(connection, "new1")?;
            give_up_soon(&cancel);
            connection.query(ENDLESS, &[]).map(drop)
        });
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(count(database), 0);

        let (way, cancel) = request(database);
        let result = way.write(|connection| {
            let added = add(connection, "new2");
            cancel.set();
            added
        });
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(count(database), 0);

        // Who does not look at the error of a part does not get through with the rest.
        let (way, cancel) = request(database);
        let result = way.write(|connection| {
            add(connection, "new3")?;
            let part: Result<u64, Error> = way.write(|connection| {
                let sql =
                    format!("INSERT INTO component (name) SELECT 'new' FROM ({ENDLESS}) AS n");
                give_up_soon(&cancel);
                connection.execute(&sql, &[])
            });
            assert!(part.is_err());
            let _ = add(connection, "new4");
            Ok::<_, Error>(())
        });
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(count(database), 0);

        database
            .write(|connection| add(connection, "new5"))
            .unwrap();
        assert_eq!(count(database), 1);
    });
}

/// Who is told of it after the commit has all the time in the world.
#[test]
fn what_was_committed_is_committed() {
    on_every_database(|database| {
        let (way, cancel) = request(database);
        let other = database.clone();
        let (told, is_told) = std::sync::mpsc::channel();
        way.write(|connection| {
            way.after_commit(move || {
                cancel.set();
                told.send(count(&other)).unwrap();
            });
            add(connection, "new")
        })
        .unwrap();
        assert_eq!(is_told.recv().unwrap(), 1);
        assert_eq!(count(database), 1);
    });
}

/// Who waits for another writer of this process.
#[test]
fn a_wait_ends() {
    struct Nobody;
    impl StepAside for Nobody {
        fn step_aside(&self) -> bool {
            false
        }
        fn step_back(&self) {}
    }
    let directory = tempfile::tempdir().unwrap();
    let mut options = Options::default();
    options.wait = Duration::from_secs(3600);
    let url = postgres_url();
    let urls = ["sqlite:db/trac.db"].into_iter().chain(url.as_deref());
    for url in urls {
        let database = Database::create(url, directory.path(), options.clone()).unwrap();
        let cancel = Cancel::at(Instant::now() + Duration::from_secs(3600));
        let budget = WaitBudget::new(Duration::ZERO, std::sync::Arc::new(Nobody));
        let way = database.within(budget.until(cancel.clone()));
        let written = database.write(|connection| {
            let waiting = thread::spawn(move || way.write(|connection| add(connection, "new1")));
            give_up_soon(&cancel).join().unwrap();
            assert!(waiting.join().unwrap().is_err());
            add(connection, "new2")
        });
        written.unwrap();
        assert_eq!(count(&database), 1);
    }
    if let Some(url) = url {
        drop_schema(&url);
    }
}
