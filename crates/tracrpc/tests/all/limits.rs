//! `docs/limits.md` is what the limits are.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use tracrpc_server::ServerLimits;

const DOCS: &str = include_str!("../../../../docs/limits.md");

/// The rows of the table: what, default, flag.
fn rows() -> Vec<[String; 3]> {
    let rows = DOCS.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|row| {
        let mut cells = row.split('|').skip(1).map(|cell| cell.trim().to_owned());
        [(); 3].map(|()| cells.next().unwrap())
    })
    .collect()
}

/// The flags of a heading of the help.
fn flags_of_help() -> BTreeSet<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_tracrpc"))
        .args(["serve", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let limits = help.split("\nLimits:\n").nth(1).unwrap();
    let limits = limits
        .split("\n\n")
        .take_while(|part| part.starts_with("      --"));
    let flags = limits.map(|part| part.split_whitespace().next().unwrap().to_owned());
    flags.collect()
}

#[test]
fn every_flag_has_its_row() {
    let documented: BTreeSet<String> = rows()
        .iter()
        .filter_map(|[_, _, flag]| flag.strip_prefix('`')?.strip_suffix('`'))
        .map(ToOwned::to_owned)
        .collect();
    assert_eq!(documented, flags_of_help());
}

#[test]
fn the_defaults_are_those_of_the_server() {
    let limits = ServerLimits::default();
    let seconds = |time: Duration| format!("{} s", time.as_secs());
    let bytes = |count: u64| match count {
        count if count >= 1 << 30 => format!("{} GB", count >> 30),
        count if count >= 1 << 20 => format!("{} MB", count >> 20),
        count => count.to_string(),
    };
    let check = |flag: &str, expected: &[String]| {
        let rows = rows();
        let of_flag = rows.iter().filter(|row| row[2] == format!("`--{flag}`"));
        let defaults: Vec<_> = of_flag.map(|row| row[1].clone()).collect();
        assert_eq!(defaults, expected, "{flag}");
    };
    check("max-connections", &[limits.connections.to_string()]);
    check(
        "max-connections-per-address",
        &[limits.connections_of_one.to_string()],
    );
    check(
        "read-timeout",
        &[seconds(limits.head_time), seconds(limits.body_time)],
    );
    check("min-rate", &[limits.body_rate.to_string()]);
    check("max-body", &[bytes(limits.body as u64)]);
    check("max-values", &[limits.values.to_string()]);
    check("max-depth", &[limits.depth.to_string()]);
    check("max-answer", &[bytes(limits.answer)]);
    check("max-memory", &[bytes(limits.memory as u64)]);
    check("max-temporary", &[bytes(limits.files as u64)]);
    check("max-kept", &[bytes(limits.kept as u64)]);
    check("max-waiting", &[limits.waiting.to_string()]);
    check("request-timeout", &[seconds(limits.request_time)]);
    check("stop-timeout", &[seconds(limits.stop_time)]);
    check("environment-idle", &[seconds(limits.environment_idle)]);
    assert_eq!(seconds(limits.body_grace), "10 s", "the tenth second");
}
