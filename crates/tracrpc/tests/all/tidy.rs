//! Rules about the project itself, held by reading its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Which crates of the project each crate may use besides in tests: the table of
/// `ARCHITECTURE.md`, as name and names.
fn may_use() -> BTreeMap<String, BTreeSet<String>> {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rows = architecture
        .lines()
        .filter(|line| line.starts_with("| `tracrpc"));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let named: Vec<(String, &str)> = cells
        .map(|cells| (cells[1].trim_matches('`').to_owned(), cells[2]))
        .collect();
    let all: BTreeSet<String> = named.iter().map(|(name, _)| name.clone()).collect();
    named
        .into_iter()
        .map(|(name, used)| match used {
            "–" => (name, BTreeSet::new()),
            "all" => (name, all.clone()),
            _ => {
                let used = used.split(',');
                (
                    name,
                    used.map(|used| format!("tracrpc-{}", used.trim()))
                        .collect(),
                )
            }
        })
        .collect()
}

#[test]
fn crates_use_only_what_the_design_allows() {
    let may_use = may_use();
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let names = packages.iter().map(|package| package["name"].as_str());
    let names: BTreeSet<&str> = names.map(Option::unwrap).collect();
    let listed: BTreeSet<&str> = may_use.keys().map(String::as_str).collect();
    assert_eq!(
        listed, names,
        "the crates of the table and of the workspace"
    );
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let used: BTreeSet<String> = dependencies
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .filter(|used| names.contains(used.as_str()))
            .collect();
        match name {
            "tracrpc" => assert!(used.is_subset(&may_use[name])),
            _ => assert_eq!(used, may_use[name], "what {name} uses"),
        }
        let manifest = root().join("crates").join(name).join("Cargo.toml");
        assert!(manifest.exists(), "crates/{name}");
    }
}

#[test]
fn every_source_file_says_what_it_is_for() {
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        // The front page of a crate may stand in its README.
        let says = text.starts_with("//!") || text.starts_with("#![doc = include_str!");
        assert!(says, "{} does not begin with `//!`", file.display());
    }
}

#[test]
fn no_source_file_has_leftovers() {
    let words = ["todo!", "unimplemented!", "dbg!", "TODO", "FIXME", "XXX"];
    for file in sources()
        .iter()
        .filter(|file| !file.ends_with("tests/all/tidy.rs"))
    {
        let text = fs::read_to_string(file).unwrap();
        for word in words {
            let found = text.lines().position(|line| line.contains(word));
            assert_eq!(found, None, "{}: {word}", file.display());
        }
    }
}

/// Below the server a call runs to its end on one thread; text goes in and out of the
/// wire, the wiki and the colours.
#[test]
fn what_must_not_wait_or_look_around_does_not() {
    let never = |crates: &[&str], words: &[&str]| {
        for name in crates {
            let mut files = Vec::new();
            collect(&root().join("crates").join(name).join("src"), &mut files);
            assert!(!files.is_empty(), "{name}");
            for file in files {
                let text = fs::read_to_string(&file).unwrap();
                for word in words {
                    assert!(!text.contains(word), "{}: {word}", file.display());
                }
            }
        }
    };
    let pure = [
        "tracrpc-wire",
        "tracrpc-wiki",
        "tracrpc-pygments",
        "tracrpc-plugin-protocol",
    ];
    never(
        &pure,
        &[
            "std::fs",
            "std::net",
            "Instant::now",
            "SystemTime",
            "std::env",
        ],
    );
    let blocking = [
        "tracrpc-db",
        "tracrpc-env",
        "tracrpc-pages",
        "tracrpc-tickets",
        "tracrpc-search",
        "tracrpc-markup",
        "tracrpc-tokens",
        "tracrpc-mail",
        "tracrpc-site",
        "tracrpc-plugin",
        "tracrpc-methods",
    ];
    for crates in [&pure[..], &blocking[..]] {
        never(crates, &["async fn", "async move", ".await"]);
    }
}

/// What belongs to a request is owned by it. (`env` of the tests may be used by a thread.)
#[test]
fn nothing_belongs_to_a_thread() {
    let folder = |file: &Path| {
        let file = file.strip_prefix(root()).unwrap().to_owned();
        file.components()
            .nth(2)
            .map(|part| part.as_os_str().to_owned())
    };
    let sources = sources();
    let own = sources
        .iter()
        .filter(|file| folder(file).is_some_and(|name| name == "src"));
    for file in own {
        let text = fs::read_to_string(file).unwrap();
        assert!(!text.contains("thread_local!"), "{}", file.display());
    }
}

/// The table "Where do I touch?": what it names is there, and where a thing is one
/// file and one line, no other file of the crate knows its module.
#[test]
fn what_is_to_be_touched_is_there() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let table = architecture.split("## Where do I touch?").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let quoted: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
    let paths = quoted
        .iter()
        .filter(|text| text.contains('/') && !text.contains(' '));
    let mut count = 0;
    for path in paths {
        assert!(root().join(path).exists(), "{path}");
        count += 1;
    }
    assert!(count > 10, "the table was not found");
    for folder in [
        "crates/tracrpc-env/src/permission/policy",
        "crates/tracrpc-mail/src/transport",
        "crates/tracrpc/src/commands",
    ] {
        let table = fs::read_to_string(root().join(folder).join("mod.rs")).unwrap();
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if module != "mod" {
                let named = table.split(|c: char| !c.is_alphanumeric() && c != '_');
                let times = named.filter(|word| *word == module).count();
                assert!(times >= 1, "{folder}/mod.rs does not name {module}");
            }
        }
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn metadata() -> Value {
    let done = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
            "--manifest-path",
        ])
        .arg(root().join("Cargo.toml"))
        .output()
        .unwrap();
    serde_json::from_slice(&done.stdout).unwrap()
}

/// All Rust files of the project, those of the fuzz targets among them.
pub(crate) fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join("crates"), &mut found);
    collect(&root().join("fuzz"), &mut found);
    assert!(
        found.len() > 20,
        "the search for source files found {}",
        found.len()
    );
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
