//! `tracrpc admin` against what the real `trac-admin` answered.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

/// Commands with the output, the errors and the exit status of `trac-admin`,
/// statements (`@`) and queries (`?`) in between, and in the end lines for its
/// console. Written by `tests/oracle/admin-transcript`.
const TRANSCRIPT: &str = include_str!("../data/admin.txt");

#[test]
fn commands_answer_as_trac_admin_does() {
    let folder = TempDir::new().unwrap();
    let env = folder.path().join("env");
    run(&env, &words("initenv Project sqlite:db/trac.db"), "");
    let commands = TRANSCRIPT
        .split("\n$ ")
        .map(|part| part.trim_start_matches("$ "));
    for command in commands {
        let (command, _) = command.split_once("\n$\n").unwrap_or((command, ""));
        let (line, expected) = command.split_once('\n').unwrap();
        let answer = match line.split_at(1) {
            ("@" | "?", sql) => ask(&env, sql),
            _ => run(&env, &words(line), ""),
        };
        assert_eq!(answer.trim_end(), expected.trim_end(), "$ {line}");
    }
}

#[test]
fn the_console_answers_as_that_of_trac_admin_does() {
    let folder = TempDir::new().unwrap();
    let env = folder.path().join("env");
    run(&env, &words("initenv Project sqlite:db/trac.db"), "");
    // What the commands before have left of the components.
    for line in [
        "remove component1",
        "remove component2",
        "add 'new one' joe",
        "add comp1 'ann  b'",
        "add 'ü ö'",
    ] {
        run(&env, &words(&format!("component {line}")), "");
    }
    let (_, console) = TRANSCRIPT.split_once("\n$\n").unwrap();
    let typed: Vec<_> = console
        .lines()
        .map_while(|line| line.strip_prefix("< "))
        .collect();
    let expected: Vec<_> = console.lines().skip(typed.len()).collect();
    let answer = run(&env, &[], &(typed.join("\n") + "\n"));
    // The programs have names of their own.
    let answer = &answer[answer.find("Trac [").unwrap()..];
    assert_eq!(answer.trim_end(), expected.join("\n").trim_end());
    assert!(run(&env, &[], "").ends_with("Trac [ENV]> \n(0)\n"));
}

#[test]
fn the_console_makes_the_environment_that_its_next_lines_are_about() {
    let folder = TempDir::new().unwrap();
    let env = folder.path().join("env");
    let lines = "component list\ninitenv\nTitle\n\npermission add joe TRAC_ADMIN\n\
                 component remove component1\ncomponent add \u{fffd} x";
    let mut lines = lines.as_bytes().to_vec();
    lines.extend(b"\ncomponent add \xff x\ncomponent add last");
    let answer = run_bytes(&env, &[], &lines);
    assert!(
        answer.contains("Error: the line is not UTF-8\n"),
        "{answer}"
    );
    assert!(answer.ends_with("(0)\n"), "{answer}");
    let names = ask(&env, "SELECT name FROM component ORDER BY name");
    assert_eq!(names, "component2\nlast\n\u{fffd}\n(0)\n");
    let granted = ask(&env, "SELECT action FROM permission WHERE username = 'joe'");
    assert_eq!(granted, "TRAC_ADMIN\n(0)\n");
    assert!(run(&env, &words("config get project name"), "").starts_with("Title\n"));
}

#[test]
fn what_only_trac_does_says_so_and_fails() {
    let folder = TempDir::new().unwrap();
    let env = folder.path().join("env");
    run(&env, &words("initenv Project sqlite:db/trac.db"), "");
    run(&env, &words("repository add r1 /tmp/x"), "");
    for line in [
        "changeset added r1 1",
        "changeset modified r1 1 2",
        "convert_db postgres://joe:secret@localhost/trac",
        "deploy /tmp/somewhere",
        "repository resync r1",
        "repository resync r1 3",
        "repository sync '*'",
    ] {
        let answer = run(&env, &words(line), "");
        assert!(answer.contains("trac-admin \"ENV\" "), "$ {line}\n{answer}");
        assert!(
            answer.ends_with("(2)\n") && !answer.contains("secret"),
            "$ {line}\n{answer}"
        );
    }
}

fn run(env: &Path, words: &[String], input: &str) -> String {
    run_bytes(env, words, input.as_bytes())
}

fn run_bytes(env: &Path, words: &[String], input: &[u8]) -> String {
    let env = env.to_str().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
    let mut child = command
        .args(["admin", env])
        .args(words)
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who has ended takes no input.
    let _ = child.stdin.take().unwrap().write_all(input);
    let done = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let status = done.status.code().unwrap();
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let told = text(done.stdout) + &text(done.stderr);
    let told = told.replace(env, "ENV").replace(&today, "YYYY-MM-DD");
    format!("{told}({status})\n")
}

/// Runs a statement, and lists what it finds.
fn ask(env: &Path, sql: &str) -> String {
    let database = Connection::open(env.join("db/trac.db")).unwrap();
    let mut statement = database.prepare(sql).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut found = String::new();
    while let Some(row) = rows.next().unwrap() {
        let values = (0..columns).map(|column| match row.get(column).unwrap() {
            Value::Null => "NULL".to_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => text,
            other => format!("{other:?}"),
        });
        found += &(values.collect::<Vec<_>>().join("|") + "\n");
    }
    found + "(0)\n"
}

/// The words of a line; those with spaces stand between single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').unwrap(),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}
