//! Rules about the project itself, held by reading its files.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which crates of the project each crate may use. `ARCHITECTURE.md` shows the same table.
const MAY_USE: &[(&str, &[&str])] = &[
    ("tracrpc-python", &[]),
    ("tracrpc-wire", &["tracrpc-python"]),
    ("tracrpc-translation", &[]),
    ("tracrpc-pygments", &[]),
    ("tracrpc-wiki", &["tracrpc-translation", "tracrpc-pygments"]),
    ("tracrpc-db", &[]),
    (
        "tracrpc-env",
        &[
            "tracrpc-python",
            "tracrpc-translation",
            "tracrpc-db",
            "tracrpc-wiki",
        ],
    ),
    (
        "tracrpc-methods",
        &["tracrpc-translation", "tracrpc-wire", "tracrpc-env"],
    ),
    (
        "tracrpc-server",
        &[
            "tracrpc-translation",
            "tracrpc-wire",
            "tracrpc-methods",
            "tracrpc-env",
        ],
    ),
    ("tracrpc-client", &["tracrpc-wire"]),
    ("tracrpc-testing", &["tracrpc-env", "tracrpc-server"]),
    (
        "tracrpc",
        &[
            "tracrpc-python",
            "tracrpc-wire",
            "tracrpc-wiki",
            "tracrpc-db",
            "tracrpc-env",
            "tracrpc-methods",
            "tracrpc-server",
            "tracrpc-client",
        ],
    ),
];

#[test]
fn crates_use_only_what_the_design_allows() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let rule = MAY_USE.iter().find(|(crate_name, _)| *crate_name == name);
        let (_, allowed) = rule.unwrap_or_else(|| panic!("{name} is not in the table"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = dependency["name"].as_str().unwrap();
            let ours = MAY_USE.iter().any(|(crate_name, _)| *crate_name == used);
            let for_tests = dependency["kind"] == "dev";
            assert!(
                !ours || for_tests || allowed.contains(&used),
                "{name} may not use {used}"
            );
        }
    }
    assert_eq!(
        packages.len(),
        MAY_USE.len(),
        "the table names a crate that does not exist"
    );
}

#[test]
fn every_crate_has_the_name_of_its_folder_and_a_place_in_the_documentation() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (name, allowed) in MAY_USE {
        let manifest = root().join("crates").join(name).join("Cargo.toml");
        assert!(manifest.exists(), "crates/{name}");
        let row = architecture
            .lines()
            .find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for {name}"));
        let listed = row.split('|').nth(2).unwrap_or_default();
        let listed: BTreeSet<&str> = listed.split(',').map(str::trim).collect();
        let short = |used: &&str| used.trim_start_matches("tracrpc-").to_owned();
        let wanted: Vec<String> = match allowed.len() {
            0 => vec!["–".to_owned()],
            8 => vec!["all".to_owned()],
            _ => allowed.iter().map(short).collect(),
        };
        assert_eq!(
            listed,
            wanted.iter().map(String::as_str).collect(),
            "{name}"
        );
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
    let pure = ["tracrpc-wire", "tracrpc-wiki", "tracrpc-pygments"];
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
    let blocking = ["tracrpc-methods", "tracrpc-env", "tracrpc-db"];
    for crates in [&pure, &blocking] {
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
        "crates/tracrpc-env/src/notification/transport",
        "crates/tracrpc-env/src/search",
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

fn root() -> PathBuf {
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
