//! Other programs that hold an SQLite database.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tracrpc_db::{Database, Error, ErrorKind, Options, StepAside, WaitBudget};

/// How long a lock is waited for here.
const LIMIT: Duration = Duration::from_secs(1);

/// That and what a busy machine may add; less than twice the limit.
const SOON: Duration = Duration::from_millis(1_900);

/// What needs no lock takes no longer.
const AT_ONCE: Duration = Duration::from_millis(700);

const WRITERS: usize = 6;

fn create(directory: &Path, parameters: &str, pool_size: usize) -> Database {
    let mut options = Options::default();
    options.wait = LIMIT;
    options.pool_size = pool_size;
    let url = format!("sqlite:trac.db?timeout=1{parameters}");
    let database = Database::create(&url, directory, options).unwrap();
    write(&database).unwrap();
    database
}

/// Another program, which holds the database until it is dropped.
fn hold(directory: &Path, how: &str) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(directory.join("trac.db")).unwrap();
    other
        .execute_batch(&format!("BEGIN {how}; UPDATE system SET value = 1"))
        .unwrap();
    other
}

fn write(database: &Database) -> Result<u64, Error> {
    database.write(|connection| {
        connection.execute("INSERT INTO component (name) VALUES (random())", &[])
    })
}

fn read(database: &Database) -> Result<usize, Error> {
    let rows = database.read(|connection| connection.query("SELECT name FROM component", &[]))?;
    Ok(rows.len())
}

fn timed<T>(f: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    (f(), start.elapsed())
}

#[track_caller]
fn assert_locked<T: std::fmt::Debug>((result, time): (Result<T, Error>, Duration), most: Duration) {
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Locked);
    assert!(time < most, "{time:?}");
}

/// What a thread has said of its waits.
#[derive(Default)]
struct Told {
    aside: AtomicUsize,
    back: AtomicUsize,
    room: usize,
}

impl StepAside for Told {
    fn step_aside(&self) -> bool {
        let number = self.aside.fetch_add(1, Ordering::SeqCst);
        number < self.room
    }

    fn step_back(&self) {
        self.back.fetch_add(1, Ordering::SeqCst);
    }
}

fn told(room: usize) -> Arc<Told> {
    Arc::new(Told {
        room,
        ..Told::default()
    })
}

#[test]
fn writers_are_refused_together_and_readers_never_wait_for_them() {
    for mode in ["", "&journal_mode=delete"] {
        let directory = tempfile::tempdir().unwrap();
        let database = create(directory.path(), mode, 2);
        let other = hold(directory.path(), "IMMEDIATE");
        thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|number| {
                    let database = database.clone();
                    scope.spawn(move || match number % 2 {
                        0 => timed(|| write(&database)),
                        _ => timed(|| {
                            database.snapshot(|| {
                                read(&database)?;
                                write(&database)
                            })
                        }),
                    })
                })
                .collect();
            thread::sleep(LIMIT / 4);
            for _ in 0..5 {
                let (count, time) = timed(|| database.snapshot(|| read(&database)));
                assert_eq!(count.unwrap(), 1);
                assert!(time < AT_ONCE, "{time:?}");
                database.change_mark().unwrap();
            }
            for writer in writers {
                assert_locked(writer.join().unwrap(), SOON);
            }
        });
        drop(other);
        write(&database).unwrap();
        assert_eq!(read(&database).unwrap(), 2);
    }
}

#[test]
fn what_cannot_be_read_is_refused_once_for_a_request() {
    let directory = tempfile::tempdir().unwrap();
    let database = create(directory.path(), "&journal_mode=delete", 10);
    let other = hold(directory.path(), "EXCLUSIVE");
    let request = |database: &Database| {
        for _ in 0..5 {
            database.change_mark().unwrap_err();
            read(database).unwrap_err();
            write(database).unwrap_err();
        }
        read(database)
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let database = database.within(WaitBudget::new(Duration::ZERO, told(1)));
                scope.spawn(move || timed(|| request(&database)))
            })
            .collect();
        for reader in readers {
            assert_locked(reader.join().unwrap(), SOON);
        }
    });
    // One that has waited long to be begun does not begin to wait.
    let late = database.within(WaitBudget::new(LIMIT * 10, told(1)));
    assert_locked(timed(|| read(&late)), LIMIT);
    drop(other);
    assert_eq!(read(&database).unwrap(), 1);
}

#[test]
fn a_lock_that_goes_in_time_is_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let database = create(directory.path(), "&journal_mode=delete", 10);
    let other = hold(directory.path(), "EXCLUSIVE");
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| database.clone())
            .map(|database| scope.spawn(move || write(&database)))
            .collect();
        let readers: Vec<_> = (0..WRITERS)
            .map(|_| database.clone())
            .map(|database| scope.spawn(move || read(&database)))
            .collect();
        thread::sleep(LIMIT / 4);
        drop(other);
        assert!(
            writers
                .into_iter()
                .all(|writer| writer.join().unwrap().is_ok())
        );
        assert!(
            readers
                .into_iter()
                .all(|reader| reader.join().unwrap().is_ok())
        );
    });
    assert_eq!(read(&database).unwrap(), 1 + WRITERS);
}

#[test]
fn who_waits_steps_aside_and_back() {
    let directory = tempfile::tempdir().unwrap();
    let database = create(directory.path(), "", 10);
    let run = |told: &Arc<Told>| {
        let request = database.within(WaitBudget::new(Duration::ZERO, told.clone()));
        timed(|| write(&request))
    };
    let calm = told(1);
    run(&calm).0.unwrap();
    assert_eq!(calm.aside.load(Ordering::SeqCst), 0);
    let _other = hold(directory.path(), "IMMEDIATE");
    let waiting = told(1);
    assert_locked(run(&waiting), SOON);
    assert_eq!(waiting.aside.load(Ordering::SeqCst), 1);
    assert_eq!(waiting.back.load(Ordering::SeqCst), 1);
}

#[test]
fn who_cannot_step_aside_gives_up_early() {
    let directory = tempfile::tempdir().unwrap();
    drop(create(directory.path(), "", 10));
    let database = Database::open("sqlite:trac.db", directory.path(), Options::default()).unwrap();
    let _other = hold(directory.path(), "IMMEDIATE");
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| database.within(WaitBudget::new(Duration::ZERO, told(0))))
            .map(|request| scope.spawn(move || timed(|| write(&request))))
            .collect();
        for writer in writers {
            assert_locked(writer.join().unwrap(), Duration::from_secs(5));
        }
    });
}

#[test]
fn without_waiting_nothing_waits() {
    let directory = tempfile::tempdir().unwrap();
    let database = create(directory.path(), "&journal_mode=delete", 10);
    let other = hold(directory.path(), "EXCLUSIVE");
    let impatient = database.within(WaitBudget::none());
    assert_locked(timed(|| read(&impatient)), AT_ONCE);
    assert_locked(timed(|| write(&impatient)), AT_ONCE);
    drop(other);
    write(&impatient).unwrap();
}
