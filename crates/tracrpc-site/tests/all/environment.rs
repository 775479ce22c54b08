//! Environments: making, opening, refusing.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tracrpc_env::config::store;
use tracrpc_env::{Actor, Environment, ErrorKind, WaitBudget};
use tracrpc_site::InitOptions;

fn new_environment() -> (TempDir, Environment) {
    let dir = TempDir::new().unwrap();
    let env = tracrpc_site::create(dir.path().join("env"), &InitOptions::new("Test")).unwrap();
    (dir, env)
}

fn count(env: &Environment, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    let row = env
        .db()
        .read(|connection| connection.query_one(&sql, &[]))
        .unwrap();
    row.unwrap().get(0).unwrap()
}

#[test]
fn a_new_environment_has_files_and_rows() {
    let (_dir, env) = new_environment();
    assert_eq!(env.name(), "env");
    for name in [
        "README",
        "VERSION",
        "conf/trac.ini",
        "conf/trac.ini.sample",
        "db/trac.db",
    ] {
        assert!(env.path().join(name).is_file(), "{name}");
    }
    for name in ["htdocs", "log", "plugins", "templates"] {
        assert!(env.path().join(name).is_dir(), "{name}");
    }
    assert_eq!(env.config().get("project", "name"), Some("Test"));
    assert_eq!(count(&env, "enum"), 13);
    assert!(count(&env, "wiki") > 10);
}

#[test]
fn without_default_data_there_are_only_versions_and_pages() {
    let dir = TempDir::new().unwrap();
    let mut options = InitOptions::new("Test");
    options.default_data = false;
    let env = tracrpc_site::create(dir.path().join("env"), &options).unwrap();
    assert_eq!((count(&env, "system"), count(&env, "enum")), (2, 0));
}

#[test]
fn create_refuses_and_leaves_nothing_behind() {
    let dir = TempDir::new().unwrap();
    let check = |path: &str, database: &str, expected: &str| {
        let path = dir.path().join(path);
        let mut options = InitOptions::new("Test");
        options.database = Some(database.to_owned());
        let error = tracrpc_site::create(&path, &options).unwrap_err();
        assert!(error.message().contains(expected), "{error}");
        path
    };
    check("no/env", "sqlite:db/trac.db", "Base directory");
    check(
        "no/env",
        "sqlite:db/trac.db",
        "does not exist. Please create it and retry.",
    );
    let path = check("new", "oracle:db", "database");
    assert!(!path.exists());
    fs::create_dir(dir.path().join("empty")).unwrap();
    let path = check("empty", "oracle:db", "database");
    assert_eq!(fs::read_dir(path).unwrap().count(), 0);
    fs::write(dir.path().join("empty/file"), "mine").unwrap();
    let path = check(
        "empty",
        "sqlite:db/trac.db",
        "Directory exists and is not empty.",
    );
    assert_eq!(fs::read_to_string(path.join("file")).unwrap(), "mine");
    check("empty/file", "sqlite:db/trac.db", "is not a directory");
}

#[test]
fn open_says_what_is_wrong_and_what_to_do() {
    let check = |spoil: &dyn Fn(&Path), expected: &[&str]| {
        let (_dir, env) = new_environment();
        spoil(env.path());
        let error = tracrpc_site::open(env.path()).unwrap_err();
        for part in expected {
            assert!(error.message().contains(part), "{error}");
        }
    };
    let remove = |name: &'static str| move |path: &Path| fs::remove_file(path.join(name)).unwrap();
    let write = |name: &'static str, text: &'static [u8]| {
        move |path: &Path| fs::write(path.join(name), text).unwrap()
    };
    let version = |version: &'static str| {
        move |path: &Path| {
            let env = tracrpc_site::open(path).unwrap();
            let sql = "UPDATE system SET value = ? WHERE name = 'database_version'";
            env.db()
                .write(|connection| connection.execute(sql, &[version.into()]))
                .unwrap();
        }
    };
    check(
        &|path| fs::remove_dir_all(path).unwrap(),
        &["No Trac environment found at", "initenv"],
    );
    check(
        &remove("VERSION"),
        &["No Trac environment found at", "conf/trac.ini"],
    );
    check(
        &write("VERSION", b"Trac Environment Version 2\n"),
        &["Unknown Trac environment type 'Trac Environment Version 2'"],
    );
    check(
        &remove("conf/trac.ini"),
        &["The configuration file is not found at"],
    );
    check(
        &write("conf/trac.ini", b"x = 1\n"),
        &["File contains no section headers.", "line: 1"],
    );
    check(
        &write("conf/trac.ini", b"[a]\nx = \xff\n"),
        &["line 2 is not UTF-8"],
    );
    check(
        &write("conf/trac.ini", b""),
        &["has no [trac] database", "Restore it"],
    );
    check(
        &write(
            "conf/trac.ini",
            b"[inherit]\nfile = none.ini\n[trac]\ndatabase = sqlite:db/trac.db\n",
        ),
        &["none.ini', which [inherit] file names, is missing or empty"],
    );
    check(&remove("db/trac.db"), &["db/trac.db"]);
    check(&write("db/trac.db", &[b'x'; 4096]), &["not a database"]);
    check(
        &version("44"),
        &["needs to be upgraded", "trac-admin \"", "\" upgrade"],
    );
    check(&version("46"), &["version 46, which is newer"]);
}

#[test]
fn the_configuration_follows_its_files() {
    let (dir, env) = new_environment();
    let ini = env.config().path().to_owned();
    let base = dir.path().join("base.ini");
    let descr = || {
        env.config()
            .get("project", "descr")
            .map(str::to_owned)
            .unwrap()
    };
    assert_eq!(descr(), "My example project");

    let kept = "[trac]\ndatabase = sqlite:db/trac.db\npermission_policies = DefaultPermissionPolicy\n\
                permission_store = DefaultPermissionStore\n";
    fs::write(&ini, format!("[inherit]\nfile = ../../base.ini\n{kept}")).unwrap();
    assert_eq!(descr(), "My example project");
    fs::write(&base, "[project]\ndescr = base\n").unwrap();
    assert_eq!(descr(), "base");
    fs::write(&base, "[project]\ndescr = other\n").unwrap();
    assert_eq!(descr(), "other");
    fs::write(&ini, "no ini file").unwrap();
    assert_eq!(descr(), "other", "what cannot be read is not used");
    fs::write(&ini, format!("[project]\ndescr = mended\n{kept}")).unwrap();
    assert_eq!(descr(), "mended");
}

#[test]
fn an_inherited_workflow_is_not_written() {
    let dir = TempDir::new().unwrap();
    let base = dir.path().join("base.ini");
    fs::write(
        &base,
        "[ticket-workflow]\nleave = * -> *\n[trac]\nbase_url = http://x\n",
    )
    .unwrap();
    let mut options = InitOptions::new("Test");
    options.inherit.push(base.display().to_string());
    let env = tracrpc_site::create(dir.path().join("env"), &options).unwrap();
    let config = env.config();
    assert_eq!(config.options("ticket-workflow"), [("leave", "* -> *")]);
    assert_eq!(config.get("trac", "base_url"), Some("http://x"));
    let text = fs::read_to_string(config.path()).unwrap();
    assert!(!text.contains("max_comment_size"), "{text}");
}

#[test]
fn inheriting_itself_is_refused() {
    let (dir, env) = new_environment();
    fs::write(dir.path().join("a.ini"), "[inherit]\nfile = b.ini\n").unwrap();
    fs::write(dir.path().join("b.ini"), "[inherit]\nfile = ./a.ini\n").unwrap();
    fs::write(env.config().path(), "[inherit]\nfile = ../../a.ini\n").unwrap();
    let error = tracrpc_site::open(env.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("inherits itself"), "{error}");
}

/// What changes during a request counts from the next one on; others have
/// requests of their own.
#[test]
fn a_request_has_one_configuration() {
    let (_dir, env) = new_environment();
    let set = |name: &str| {
        let ini = env.conf_dir().join("trac.ini");
        store::edit(&ini, |editor| editor.set("project", "name", name)).unwrap();
    };
    let name = |env: &Environment| env.config().get("project", "name").unwrap().to_owned();
    set("before");
    let request = env.for_request(WaitBudget::none());
    set("after it");
    assert_eq!(name(&request), "before");
    let actor = Actor::new(request, "joe", "");
    assert_eq!(name(actor.env()), "before");
    assert_eq!(name(actor.as_user("ann").env()), "before");
    assert_eq!(name(&env), "after it");
    assert_eq!(name(&actor.env().clone()), "after it");
}
