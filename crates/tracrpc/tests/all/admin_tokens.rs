//! `admin token`: what is made is shown once, listed without itself, and taken away.

use std::path::Path;

use tempfile::TempDir;

use crate::served::try_admin;

/// The exit status, the standard output and the standard error of a command.
fn admin(env: &Path, line: &[&str]) -> (i32, String, String) {
    let done = try_admin(env, line);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        done.status.code().unwrap(),
        text(done.stdout),
        text(done.stderr),
    )
}

fn environment() -> TempDir {
    let folder = TempDir::new().unwrap();
    let made = admin(folder.path(), &["initenv", "Project", "sqlite:db/trac.db"]);
    assert_eq!(made.0, 0, "{made:?}");
    folder
}

/// What is listed, a row of cells each.
fn listed(env: &Path, user: &[&str]) -> Vec<Vec<String>> {
    let (status, out, err) = admin(env, &[&["token", "list"], user].concat());
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    let rows = out.lines().skip(3).filter(|line| !line.is_empty());
    let cells = |row: &str| {
        row.split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
            .collect()
    };
    rows.map(cells).collect()
}

#[test]
fn tokens_are_made_listed_and_revoked() {
    let env = environment();
    let add = |line: &[&str]| {
        let (status, out, err) = admin(env.path(), &[&["token", "add"], line].concat());
        assert_eq!((status, err.as_str()), (0, ""), "{out}");
        out.trim_end().to_owned()
    };
    let first = add(&["joe", "--name", "ci", "--scope", "read"]);
    let second = add(&[
        "joe",
        "--name=deploy bot",
        "--scope=write,namespace:wiki",
        "--scope",
        "namespace:ticket",
        "--expires",
        "never",
    ]);
    add(&[
        "ann",
        "--name",
        "ci",
        "--scope",
        "admin",
        "--expires",
        "30d",
    ]);
    for text in [&first, &second] {
        assert!(text.starts_with("trpc_") && text.len() == 41, "{text}");
    }
    let rows = listed(env.path(), &["joe"]);
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows[0][1..4], ["joe", "ci", "read"]);
    assert_eq!(
        rows[1][1..4],
        ["joe", "deploy bot", "write namespace:ticket namespace:wiki"]
    );
    assert_eq!(rows[1][5], "never");
    let all = listed(env.path(), &[]);
    assert_eq!(all.len(), 3);
    assert!(!format!("{all:?}").contains(&first[5..35]));
    let ids: Vec<_> = rows.iter().map(|row| row[0].as_str()).collect();
    let (status, ..) = admin(env.path(), &["token", "revoke", ids[0], ids[1]]);
    assert_eq!((status, listed(env.path(), &[]).len()), (0, 1));
    let (status, _, err) = admin(env.path(), &["token", "revoke", ids[0]]);
    assert_eq!(
        (status, err),
        (2, format!("Error: There is no token {}.\n", ids[0]))
    );
}

#[test]
fn what_makes_no_sense_is_said() {
    let env = environment();
    let check = |line: &[&str], expected: &str| {
        let (status, _, err) = admin(env.path(), &[&["token", "add"], line].concat());
        assert_eq!(status, 2, "{line:?}");
        assert!(err.starts_with(expected), "{line:?}: {err}");
    };
    check(&[], "Error: Invalid arguments");
    check(&["joe", "--name"], "Error: Invalid arguments");
    check(&["joe", "ci"], "Error: Invalid arguments");
    check(&["joe", "--nome", "ci"], "Error: Invalid arguments");
    check(
        &["joe", "--scope", "read"],
        "Error: the token needs a --name",
    );
    check(&["joe", "--name", "ci"], "Error: the token needs a --scope");
    check(
        &["joe", "--name", "ci", "--scope", "all"],
        "Error: all is no scope",
    );
    check(
        &["joe", "--name", "ci", "--scope", "namespace:wiki"],
        "Error: A token needs one of",
    );
    check(
        &[
            "joe",
            "--name",
            "ci",
            "--scope",
            "read",
            "--expires",
            "soon",
        ],
        "Error: soon is no time",
    );
    check(
        &["anonymous", "--name", "ci", "--scope", "read"],
        "Error: `anonymous` cannot be",
    );
    assert_eq!(listed(env.path(), &[]).len(), 0);
}

#[test]
fn the_tokens_of_a_user_go_with_the_password() {
    let env = environment();
    for line in [
        &["user", "add", "joe", "secret"][..],
        &["token", "add", "joe", "--name", "ci", "--scope", "read"],
        &["token", "add", "ann", "--name", "ci", "--scope", "read"],
        &["user", "remove", "joe"],
    ] {
        assert_eq!(admin(env.path(), line).0, 0, "{line:?}");
    }
    let rows = listed(env.path(), &[]);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0][1], "ann");
}
