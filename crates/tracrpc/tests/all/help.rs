//! The help of every command in one file, so that a change of it is seen.
//!
//! `TRACRPC_UPDATE=1 cargo nextest run help` writes the file anew.

use std::process::Command;

/// Where the help is kept.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/help.txt");

fn help(arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_tracrpc"))
        .args(arguments)
        .env("COLUMNS", "100")
        .env_remove("TRACRPC_LOG")
        .output()
        .unwrap();
    assert!(done.status.success(), "{arguments:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// The words in the first column of the list under `heading`.
fn listed(help: &str, heading: &str) -> Vec<String> {
    let list = help.split(heading).nth(1).unwrap();
    let lines = list.lines().skip(1).take_while(|line| !line.is_empty());
    let words = lines.filter_map(|line| line.split("  ").find(|column| !column.trim().is_empty()));
    words.map(|word| word.trim().to_owned()).collect()
}

fn all_help() -> String {
    let main = help(&["--help"]);
    let mut all = format!("$ tracrpc --help\n{main}");
    for command in listed(&main, "Commands:")
        .iter()
        .filter(|command| *command != "help")
    {
        all += &format!(
            "\n$ tracrpc {command} --help\n{}",
            help(&[command, "--help"])
        );
    }
    let admin = help(&["admin", "ENV", "help"]);
    all += &format!("\n$ tracrpc admin ENV help\n{admin}");
    for command in listed(&admin, "...]]\n") {
        let words = ["admin", "ENV", "help"]
            .into_iter()
            .chain(command.split(' '));
        let text = help(&words.collect::<Vec<_>>());
        all += &format!("\n$ tracrpc admin ENV help {command}\n{text}");
    }
    all
}

/// The page about running it tells of flags that there are.
#[test]
fn what_is_written_of_flags_is_so() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/running.md");
    let page = std::fs::read_to_string(page).unwrap();
    let is_of_flag = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words = page.split(|c| !is_of_flag(c));
    let is_flag = |word: &&str| word.starts_with("--") && !word.starts_with("---");
    let flags: Vec<&str> = words.filter(is_flag).collect();
    assert!(flags.len() > 15, "{flags:?}");
    let help = help(&["serve", "--help"]);
    for flag in flags {
        // Of `cargo` and `systemctl`, and of `tracd` where it changes nothing.
        let is_elsewhere = ["--release", "--now", "--http11", "--auto-reload"].contains(&flag);
        let is_there = help.split(|c| !is_of_flag(c)).any(|word| word == flag);
        assert!(is_there || is_elsewhere, "{flag}");
    }
}

#[test]
fn help_is_as_it_was() {
    let help = all_help();
    if std::env::var_os("TRACRPC_UPDATE").is_some() {
        std::fs::write(FILE, &help).unwrap();
    }
    let expected = std::fs::read_to_string(FILE).unwrap();
    let differs = help.lines().zip(expected.lines()).position(|(a, b)| a != b);
    if let Some(line) = differs {
        let (got, want) = (help.lines().nth(line), expected.lines().nth(line));
        panic!(
            "line {}: {got:?}, the file has {want:?}; see the top of this test",
            line + 1
        );
    }
    assert_eq!(help.len(), expected.len(), "the file ends earlier or later");
    assert!(
        help.contains("$ tracrpc admin ENV help config set\n"),
        "{help}"
    );
}
