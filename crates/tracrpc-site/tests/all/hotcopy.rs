//! Copies of environments that are in use.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use tracrpc_env::{Environment, ErrorKind};
use tracrpc_pages::page::{self, Edit};
use tracrpc_site::InitOptions;
use tracrpc_site::hotcopy::hotcopy;

fn environment(database: &str) -> (TempDir, Environment) {
    let folder = TempDir::new().unwrap();
    let mut options = InitOptions::new("Test");
    options.database = Some(database.to_owned());
    let env = tracrpc_site::create(folder.path().join("env"), &options).unwrap();
    (folder, env)
}

fn versions(env: &Environment) -> usize {
    let sql = "SELECT version FROM wiki WHERE name = 'Page'";
    env.db()
        .read(|connection| connection.query(sql, &[]))
        .unwrap()
        .len()
}

#[test]
fn a_copy_has_all_that_was_there_while_others_write() {
    let (folder, env) = environment("sqlite:db/trac.db");
    fs::create_dir_all(env.path().join("files/attachments/wiki")).unwrap();
    fs::write(env.path().join("files/attachments/wiki/file"), "attached").unwrap();
    page::save(&env, "Page", &Edit::new("first")).unwrap();
    let done = AtomicBool::new(false);
    let copy = folder.path().join("copy");
    std::thread::scope(|scope| {
        let (elsewhere, done) = (env.clone(), &done);
        scope.spawn(move || {
            for number in 0.. {
                page::save(&elsewhere, "Page", &Edit::new(format!("text {number}"))).unwrap();
                if done.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        hotcopy(&env, &copy, true).unwrap();
        done.store(true, Ordering::Relaxed);
    });
    let copied = tracrpc_site::open(&copy).unwrap();
    assert!((1..=versions(&env)).contains(&versions(&copied)));
    assert_eq!(
        fs::read_to_string(copy.join("files/attachments/wiki/file")).unwrap(),
        "attached"
    );
    assert_eq!(copied.config().get("project", "name"), Some("Test"));
    let before = versions(&copied);
    page::save(&copied, "Page", &Edit::new("only in the copy")).unwrap();
    assert_eq!(versions(&copied), before + 1);
}

#[test]
fn without_the_database_there_are_only_files() {
    let (folder, env) = environment("sqlite:db/trac.db");
    let copy = folder.path().join("copy");
    hotcopy(&env, &copy, false).unwrap();
    assert!(copy.join("conf/trac.ini").is_file());
    assert_eq!(fs::read_dir(copy.join("db")).unwrap().count(), 0);
}

#[test]
fn what_is_there_is_not_overwritten() {
    let (folder, env) = environment("sqlite:db/trac.db");
    let check = |destination: &Path, kind: ErrorKind, expected: &str| {
        let error = hotcopy(&env, destination, true).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.message().contains(expected), "{error}");
    };
    check(
        folder.path(),
        ErrorKind::Invalid,
        "hotcopy can't overwrite existing '",
    );
    check(&env.path().join("copy"), ErrorKind::Invalid, "into itself");
    check(
        &env.path().join("db/../log/copy"),
        ErrorKind::Invalid,
        "into itself",
    );
    check(
        &folder.path().join("no/copy"),
        ErrorKind::Storage,
        "No such file",
    );
}

#[test]
fn a_database_on_a_server_becomes_a_file() {
    let Ok(server) = std::env::var("TRACRPC_TEST_POSTGRES") else {
        return eprintln!("SKIPPED: TRACRPC_TEST_POSTGRES is not set");
    };
    let separator = if server.contains('?') { '&' } else { '?' };
    let schema = format!("hotcopy-{}", std::process::id());
    let (folder, env) = environment(&format!("{server}{separator}schema={schema}"));
    let copy = folder.path().join("copy");
    hotcopy(&env, &copy, true).unwrap();
    let dump = fs::read_to_string(copy.join("db/postgres-db-backup.sql")).unwrap();
    assert!(
        dump.contains("CREATE TABLE") && dump.contains("WikiStart"),
        "{dump}"
    );
    let drop = format!("DROP SCHEMA \"{schema}\" CASCADE");
    env.db()
        .write(|connection| connection.batch(&drop))
        .unwrap();
}
