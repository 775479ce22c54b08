//! `tracrpc admin` against what the real `trac-admin` answered.

use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Commands with the output, the errors and the exit status of `trac-admin`.
/// Written by `tests/oracle/admin-transcript`.
const TRANSCRIPT: &str = include_str!("../data/admin.txt");

#[test]
fn commands_answer_as_trac_admin_does() {
    let folder = TempDir::new().unwrap();
    let env = folder.path().join("env");
    let env = env.to_str().unwrap();
    run(env, &words("initenv Project sqlite:db/trac.db"));
    let commands = TRANSCRIPT
        .split("\n$ ")
        .map(|part| part.trim_start_matches("$ "));
    for command in commands {
        let (line, expected) = command.split_once('\n').unwrap();
        let answer = run(env, &words(line));
        assert_eq!(answer.trim_end(), expected.trim_end(), "$ {line}");
    }
}

fn run(env: &str, words: &[String]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
    let done = command
        .args(["admin", env])
        .args(words)
        .env("TZ", "UTC")
        .stdin(Stdio::null());
    let done = done.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let status = done.status.code().unwrap();
    format!("{}{}({status})\n", text(done.stdout), text(done.stderr))
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
