//! Attachments: names, replacing, deleting, moving, reading what Trac wrote.

use std::fs;
use std::io::read_to_string;

use tempfile::TempDir;
use tracrpc_env::{Environment, ErrorKind, Resource, Result};
use tracrpc_pages::attachment::{self, Attachment, Upload};
use tracrpc_pages::page::{self, Edit};
use tracrpc_site::InitOptions;

fn world() -> (TempDir, Environment) {
    let dir = TempDir::new().unwrap();
    let env = tracrpc_site::create(dir.path().join("env"), &InitOptions::new("Test")).unwrap();
    page::save(&env, "P", &Edit::new("text")).unwrap();
    (dir, env)
}

fn parent() -> Resource {
    Resource::wiki("P")
}

fn put(env: &Environment, filename: &str, content: &str, replace: bool) -> Result<Attachment> {
    let upload = Upload {
        filename,
        description: Some("what"),
        author: "joe",
        replace,
    };
    attachment::insert(env, &parent(), &upload, &mut content.as_bytes())
}

fn content(env: &Environment, filename: &str) -> String {
    let attachment = attachment::find(env, &parent(), filename).unwrap();
    read_to_string(attachment::content(env, &attachment).unwrap()).unwrap()
}

fn names(env: &Environment) -> Vec<String> {
    let all = attachment::select(env, &parent()).unwrap();
    all.into_iter()
        .map(|attachment| attachment.filename)
        .collect()
}

#[test]
fn names_are_kept_numbered_or_replaced() {
    let (_dir, env) = world();
    let check = |name, text, replace, expected: &str| {
        assert_eq!(put(&env, name, text, replace).unwrap().filename, expected);
        assert_eq!(content(&env, expected), text);
    };
    check("a.txt", "1", false, "a.txt");
    check("a.txt", "22", true, "a.txt");
    check("a.txt", "333", false, "a.2.txt");
    check("a.2.txt", "4", false, "a.2.2.txt");
    check("a.txt", "5", false, "a.3.txt");
    check("é\\ü", "6", true, "é\\ü");
    assert_eq!(content(&env, "a.txt"), "22");
    assert_eq!(
        names(&env),
        ["a.txt", "a.2.txt", "a.2.2.txt", "a.3.txt", "é\\ü"]
    );
}

#[test]
fn a_file_without_row_takes_the_name_as_well() {
    let (_dir, env) = world();
    put(&env, "a", "1", false).unwrap();
    let sql = "DELETE FROM attachment";
    env.db()
        .write(|connection| connection.execute(sql, &[]))
        .unwrap();
    assert_eq!(put(&env, "a", "2", true).unwrap().filename, "a.2");
}

#[test]
fn refused() {
    let (_dir, env) = world();
    for name in ["", "..", "../../x", "a\0b", &"x".repeat(5000)] {
        assert_eq!(
            put(&env, name, "x", true).unwrap_err().kind(),
            ErrorKind::Invalid
        );
    }
    let upload = Upload {
        filename: "a",
        description: None,
        author: "joe",
        replace: true,
    };
    for (parent, expected) in [
        (
            Resource::wiki("None"),
            "None doesn't exist, can't create attachment",
        ),
        (
            Resource::ticket(1),
            "Ticket #1 doesn't exist, can't create attachment",
        ),
        (
            Resource::new("ticket", "x"),
            "Ticket #x doesn't exist, can't create attachment",
        ),
        (
            Resource::milestone("m"),
            "Milestone m doesn't exist, can't create attachment",
        ),
        (
            Resource::new("other", "x"),
            "other:x doesn't exist, can't create attachment",
        ),
    ] {
        let error = attachment::insert(&env, &parent, &upload, &mut "x".as_bytes()).unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::NotFound, expected)
        );
    }
    assert!(!env.attachments_dir().join("wiki").exists());
    for result in [
        attachment::delete(&env, &parent(), "a"),
        attachment::find(&env, &parent(), "a").map(|_| ()),
        attachment::relocate(&env, &parent(), "a", &parent(), "b"),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.message(), "Attachment 'wiki:P: a' does not exist.");
    }
}

#[test]
fn deleting_and_moving() {
    let (_dir, env) = world();
    put(&env, "a", "1", false).unwrap();
    put(&env, "b", "2", false).unwrap();
    let milestone = Resource::milestone("milestone1");
    let relocate = |name, to: &Resource, new| attachment::relocate(&env, &parent(), name, to, new);
    let message = |result: Result<()>| result.unwrap_err().message().to_owned();
    assert_eq!(
        message(relocate("a", &parent(), "a")),
        "Attachment not modified"
    );
    assert_eq!(
        message(relocate("a", &parent(), "b")),
        "Cannot move attachment \"a\" to \"wiki:P: b\" as it already exists"
    );
    assert_eq!(
        message(relocate("a", &Resource::ticket(7), "a")),
        "Ticket #7 doesn't exist, can't move attachment"
    );
    relocate("a", &milestone, "c.txt").unwrap();
    let moved = attachment::find(&env, &milestone, "c.txt").unwrap();
    assert_eq!(
        read_to_string(attachment::content(&env, &moved).unwrap()).unwrap(),
        "1"
    );
    attachment::delete(&env, &parent(), "b").unwrap();
    assert_eq!(names(&env), [""; 0]);
}

#[test]
fn a_row_without_file_can_be_seen_and_deleted() {
    let (_dir, env) = world();
    let attachment = put(&env, "a", "1", false).unwrap();
    fs::remove_dir_all(env.attachments_dir().join("wiki")).unwrap();
    let error = attachment::content(&env, &attachment).unwrap_err();
    assert_eq!(error.message(), "Attachment 'a' not found");
    attachment::delete(&env, &parent(), "a").unwrap();
    assert!(names(&env).is_empty());
}

#[test]
fn many_at_once_get_names_of_their_own() {
    let (_dir, env) = world();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let env = env.clone();
            scope.spawn(move || {
                for _ in 0..5 {
                    put(&env, "a", &number.to_string(), false).unwrap();
                }
            });
        }
    });
    let mut names = names(&env);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 40);
}
