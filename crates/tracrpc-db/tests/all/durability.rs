//! What was acknowledged is there after `kill -9`.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tracrpc_db::{Database, Error, Options};

use crate::backends::create;

const URL: &str = "sqlite:db/trac.db";

/// Tells the child process where to write.
const DIRECTORY: &str = "TRACRPC_DB_TEST_WRITER";

/// The child: writes tickets until it is killed, and says which are done.
/// Does nothing as a test of its own.
#[test]
fn writer() {
    let Some(directory) = std::env::var_os(DIRECTORY).map(PathBuf::from) else {
        return;
    };
    let database = Database::open(URL, &directory, Options::default()).unwrap();
    loop {
        let id = database
            .write(|connection| {
                let id = connection.insert("ticket", &["summary"], &["s".into()], "id")?;
                let columns = ["ticket", "time", "field"];
                let params = [id.into(), 1.into(), "comment".into()];
                connection.insert("ticket_change", &columns, &params, "ticket")?;
                Ok::<_, Error>(id)
            })
            .unwrap();
        // Past the harness, which would capture `println!`.
        writeln!(std::io::stderr(), "done {id}").unwrap();
    }
}

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    drop(create(URL, directory.path()));
    for round in 1..=5 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "durability::writer", "--nocapture"])
            .env(DIRECTORY, directory.path())
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let seen = lines
            .by_ref()
            .filter(|line| line.starts_with("done "))
            .nth(20 + 7 * round);
        child.kill().unwrap();
        child.wait().unwrap();
        let last = lines.last().or(seen).unwrap();
        let acknowledged: i64 = last.trim_start_matches("done ").trim().parse().unwrap();
        let database = Database::open(URL, directory.path(), Options::default()).unwrap();
        let sql = "SELECT COUNT(*), MAX(id), \
                   (SELECT COUNT(*) FROM ticket_change), \
                   (SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok') \
                   FROM ticket";
        let row = database
            .read(|connection| connection.query_one(sql, &[]))
            .unwrap()
            .unwrap();
        let number = |index| row.get::<i64>(index).unwrap();
        assert!(
            number(0) >= acknowledged,
            "{} tickets, {acknowledged} acknowledged",
            number(0)
        );
        assert_eq!((number(1), number(2), number(3)), (number(0), number(0), 0));
    }
}
