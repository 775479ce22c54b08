//! The real Trac 1.6 and tracrpc on one environment: each reads what the other wrote.
//!
//! `TRACRPC_TEST_TRAC` names a Python interpreter that has Trac, and
//! `TRACRPC_TEST_POSTGRES` a server; `./check` provides both.

use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tracrpc_client::{Client, Struct, Value};

use crate::served::{Served, add_users, admin};

/// Runs a check on each kind of database that is at hand, beside the real Trac.
fn for_each_database(check: impl Fn(&str, &str)) {
    let Ok(python) = std::env::var("TRACRPC_TEST_TRAC") else {
        return eprintln!("SKIPPED: TRACRPC_TEST_TRAC is not set");
    };
    check(&python, "sqlite:db/trac.db");
    match std::env::var("TRACRPC_TEST_POSTGRES") {
        Ok(server) => check(&python, &with_own_schema(&server)),
        Err(_) => eprintln!("SKIPPED on PostgreSQL: TRACRPC_TEST_POSTGRES is not set"),
    }
}

fn with_own_schema(server: &str) -> String {
    let unique = format!(
        "{:x}{:x}",
        std::process::id(),
        jiff::Timestamp::now().as_nanosecond()
    );
    let separator = if server.contains('?') { '&' } else { '?' };
    format!("{server}{separator}schema=interop_{unique}")
}

#[test]
fn trac_reads_what_tracrpc_wrote() {
    for_each_database(|python, database| {
        let folder = TempDir::new().unwrap();
        let env = folder.path().join("env");
        admin(&env, &["initenv", "Interop", database]);
        admin(&env, &["permission", "add", "admin", "TRAC_ADMIN"]);
        admin(&env, &["permission", "add", "authenticated", "XML_RPC"]);
        add_users(&env);
        write(&env);
        let read = run(python, &[&script("read-with-trac.py"), path(&env)]);
        let read: Json = serde_json::from_str(&read).unwrap();
        assert_eq!(read["tickets"][0]["summary"], "A ticket: é€😀");
        assert_eq!(read["tickets"][0]["status"], "closed");
        assert_eq!(
            read["tickets"][0]["changes"],
            json!([
                ["admin", "comment", "1", "a comment"],
                ["admin", "resolution", "", "fixed"],
                ["admin", "status", "new", "closed"],
            ])
        );
        let file = json!([{"name": "näme.txt", "size": 7, "author": "admin",
            "description": "described", "text": "content"}]);
        assert_eq!(read["tickets"][0]["attachments"], file);
        assert_eq!(read["pages"][0]["text"], "= One =\r\n");
        assert_eq!(
            read["pages"][0]["history"],
            json!([[2, "admin", "second"], [1, "admin", ""]])
        );
        assert_eq!(read["milestones"].as_array().unwrap().len(), 5);
        // Trac's own commands work on it too.
        let commands = [
            (&["wiki", "list"][..], "InteropPage"),
            (&["milestone", "list"], "interop"),
            (&["permission", "list", "admin"], "TRAC_ADMIN"),
            (&["component", "list"], "component1"),
        ];
        for (words, wanted) in commands {
            let words = [&["-m", "trac.admin.console", path(&env)], words].concat();
            assert!(run(python, &words).contains(wanted), "{words:?}");
        }
    });
}

fn write(env: &Path) {
    let server = Served::start(env);
    let client = Client::new(&server.url("admin")).unwrap();
    let call = |method: &str, params: Vec<Value>| client.call(method, params).unwrap();
    call(
        "ticket.milestone.create",
        vec!["interop".into(), Struct::new().into()],
    );
    call(
        "ticket.create",
        vec!["A ticket: é€😀".into(), "text".into()],
    );
    let mut change = Struct::new();
    change.insert("action", "resolve");
    change.insert("action_resolve_resolve_resolution", "fixed");
    call(
        "ticket.update",
        vec![1.into(), "a comment".into(), change.into()],
    );
    let file = Value::Binary(b"content".to_vec());
    call(
        "ticket.putAttachment",
        vec![1.into(), "näme.txt".into(), "described".into(), file],
    );
    let page = |text: &str, comment: &str| {
        let mut attributes = Struct::new();
        attributes.insert("comment", comment);
        vec!["InteropPage".into(), text.into(), attributes.into()]
    };
    call("wiki.putPage", page("= Zero =\n", ""));
    call("wiki.putPage", page("= One =\n", "second"));
}

#[test]
fn tracrpc_serves_what_trac_made() {
    for_each_database(|python, database| {
        let folder = TempDir::new().unwrap();
        let env = folder.path().join("env");
        run(
            python,
            &[&script("write-with-trac.py"), path(&env), database],
        );
        add_users(&env);
        let server = Served::start(&env);
        let client = Client::new(&server.url("admin")).unwrap();
        let call = |method: &str, params: Vec<Value>| client.call(method, params).unwrap();
        let ticket = call("ticket.get", vec![1.into()]);
        let Some([Value::Int(1), _, _, Value::Struct(values)]) = ticket.as_array() else {
            panic!("{ticket:?}")
        };
        assert_eq!(values.get("summary"), Some(&"Made by Trac: é€😀".into()));
        assert_eq!(values.get("keywords"), Some(&"c".into()));
        let log = format!("{:?}", call("ticket.changeLog", vec![1.into()]));
        assert!(log.contains("a comment") && log.contains("a b"), "{log}");
        let file = call("ticket.getAttachment", vec![1.into(), "näme.txt".into()]);
        assert_eq!(file, Value::Binary(b"content".to_vec()));
        assert_eq!(
            call("wiki.getPage", vec!["InteropPage".into()]),
            "= Made by Trac =\n".into()
        );
        let found = call("ticket.query", vec!["milestone=interop".into()]);
        assert_eq!(found, vec![Value::Int(1)].into());
    });
}

fn script(name: &str) -> String {
    format!("{}/../../tests/interop/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn path(env: &Path) -> &str {
    env.to_str().unwrap()
}

fn run(python: &str, words: &[&str]) -> String {
    let done = Command::new(python)
        .args(words)
        .env("TZ", "UTC")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{words:?}: {errors}");
    String::from_utf8(done.stdout).unwrap()
}
