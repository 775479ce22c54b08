//! SQLite's files in all their states.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use tracrpc_db::{Database, Error, ErrorKind, Options};

use crate::backends::create;

const URL: &str = "sqlite:db/trac.db";

fn open(url: &str, directory: &Path) -> Result<Database, Error> {
    Database::open(url, directory, Options::default())
}

fn pragma(database: &Database, name: &str) -> String {
    let sql = format!("PRAGMA {name}");
    let row = database
        .read(|connection| connection.query_one(&sql, &[]))
        .unwrap();
    row.unwrap().get(0).unwrap()
}

fn write(database: &Database) -> Result<u64, Error> {
    database.write(|connection| {
        connection.execute("INSERT INTO permission VALUES ('joe', 'WIKI_VIEW')", &[])
    })
}

#[test]
fn a_new_file_gets_a_write_ahead_log_and_an_old_one_stays() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(
        pragma(&create(URL, directory.path()), "journal_mode"),
        "wal"
    );
    let other = "sqlite:db/other.db";
    let database = create(&format!("{other}?journal_mode=delete"), directory.path());
    drop(database);
    let database = open(other, directory.path()).unwrap();
    write(&database).unwrap();
    assert_eq!(pragma(&database, "journal_mode"), "delete");
}

#[test]
fn parameters_of_the_url_are_heeded() {
    let directory = tempfile::tempdir().unwrap();
    create(URL, directory.path());
    let check = |params: &str, pragma_name: &str, expected: &str| {
        let database = open(&format!("{URL}{params}"), directory.path()).unwrap();
        assert_eq!(pragma(&database, pragma_name), expected, "{params}");
    };
    check("", "synchronous", "2");
    check("?synchronous=OFF", "synchronous", "0");
    check("?synchronous=1&x=y", "synchronous", "1");
    for params in [
        "?synchronous=0;DROP TABLE wiki",
        "?journal_mode=off",
        "?timeout=soon",
    ] {
        let error = open(&format!("{URL}{params}"), directory.path()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Url, "{params}: {error}");
    }
}

#[test]
fn a_database_is_neither_made_by_chance_nor_made_twice() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db/trac.db");
    let error = open(URL, directory.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Missing);
    assert_eq!(
        error.to_string(),
        format!("Database \"{}\" not found.", path.display())
    );
    assert!(!path.exists());
    create(URL, directory.path());
    let error = Database::create(URL, directory.path(), Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exists);
}

#[test]
fn what_is_no_database_is_called_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("trac.db");
    let check = |content: &[u8], expected: ErrorKind| {
        fs::write(&path, content).unwrap();
        let error = open("sqlite:trac.db", directory.path())
            .and_then(|database| write(&database).map(drop))
            .unwrap_err();
        assert_eq!(error.kind(), expected, "{error}");
        assert_eq!(fs::read(&path).unwrap(), content, "left as it is");
    };
    check(&b"This is not a database. ".repeat(100), ErrorKind::Corrupt);
    check(b"", ErrorKind::Schema);
    create(URL, directory.path());
    let mut content = fs::read(directory.path().join("db/trac.db")).unwrap();
    content[100..4096].fill(0xff);
    content[18..20].fill(1);
    check(&content, ErrorKind::Corrupt);
}

#[test]
fn a_directory_is_no_database() {
    let directory = tempfile::tempdir().unwrap();
    let error = open("sqlite:.", directory.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Missing, "{error}");
}

/// Root may write whatever the mode says, so the file is marked in its header
/// as one that only a later version can write.
#[test]
fn a_read_only_database_can_be_read() {
    let directory = tempfile::tempdir().unwrap();
    create(&format!("{URL}?journal_mode=delete"), directory.path());
    let path = directory.path().join("db/trac.db");
    let mut content = fs::read(&path).unwrap();
    content[18] = 9;
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let database = open(URL, directory.path()).unwrap();
    assert_eq!(pragma(&database, "encoding"), "UTF-8");
    let error = write(&database).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
}

#[test]
fn the_file_is_its_owners_and_a_copy_as_open_as_it() {
    let directory = tempfile::tempdir().unwrap();
    let database = create(URL, directory.path());
    write(&database).unwrap();
    let folder = directory.path().join("db");
    let mode = |name: &str| {
        fs::metadata(folder.join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    for name in ["trac.db", "trac.db-wal", "trac.db-shm"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    for (number, wanted) in [0o600, 0o640, 0o666].into_iter().enumerate() {
        let permissions = fs::Permissions::from_mode(wanted);
        fs::set_permissions(folder.join("trac.db"), permissions).unwrap();
        let name = format!("copy{number}");
        assert!(database.copy_to(&folder.join(&name)).unwrap());
        assert_eq!(mode(&name), wanted);
        let error = database.copy_to(&folder.join(&name)).unwrap_err();
        assert!(error.to_string().contains("exists"), "{error}");
    }
    assert_eq!(
        pragma(
            &open("sqlite:db/copy1", directory.path()).unwrap(),
            "journal_mode"
        ),
        "delete"
    );
}

#[test]
fn a_full_database_says_so_and_keeps_what_it_has() {
    let directory = tempfile::tempdir().unwrap();
    let options = {
        let mut options = Options::default();
        options.pool_size = 1;
        options
    };
    let database = Database::create(URL, directory.path(), options).unwrap();
    write(&database).unwrap();
    database
        .write(|connection| connection.query("PRAGMA max_page_count = 1", &[]))
        .unwrap();
    let error = database
        .write(|connection| {
            let text = "x".repeat(1_000_000);
            connection.execute(
                "INSERT INTO wiki (name, text) VALUES ('x', ?)",
                &[text.into()],
            )
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Full, "{error}");
    let sql = "SELECT COUNT(*) FROM permission";
    let row = database
        .read(|connection| connection.query_one(sql, &[]))
        .unwrap();
    assert_eq!(row.unwrap().get::<i64>(0).unwrap(), 1);
}

#[test]
fn a_lock_of_another_process_is_waited_for_and_then_reported() {
    let directory = tempfile::tempdir().unwrap();
    let database = create(URL, directory.path());
    let other = open(&format!("{URL}?timeout=0"), directory.path()).unwrap();
    database
        .write(|connection| {
            connection.execute("DELETE FROM permission", &[])?;
            let error = write(&other).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
            let started = Instant::now();
            let count = "SELECT COUNT(*) FROM permission";
            other.read(|connection| connection.query(count, &[]))?;
            assert!(
                started.elapsed() < Duration::from_secs(2),
                "readers are not blocked"
            );
            Ok::<_, Error>(())
        })
        .unwrap();
    write(&other).unwrap();
}

#[test]
fn commits_of_another_process_change_the_mark() {
    let directory = tempfile::tempdir().unwrap();
    let database = create(URL, directory.path());
    let other = open(URL, directory.path()).unwrap();
    let before = database.change_mark().unwrap();
    write(&other).unwrap();
    assert_ne!(database.change_mark().unwrap(), before);
}
