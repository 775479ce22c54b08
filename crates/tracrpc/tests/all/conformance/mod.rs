//! Recorded calls of Trac's XML-RPC plugin, played against the binary.
//!
//! The scenarios lie in `tests/conformance/cases`, one folder an area; the
//! format is described in `tests/conformance/README.md`. A step that is known
//! to fail stands in `tests/conformance/known-gaps.txt`, or for PostgreSQL in
//! `known-gaps-postgres.txt`, with a reason, and must still fail.

mod steps;
mod values;
mod wire;
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tracrpc_testing::TestDatabase;

/// One test for each area and database, so that they run side by side.
macro_rules! areas {
    ($($test:ident: $area:literal,)*) => {
        $(#[test] fn $test() { check_area($area, "known-gaps.txt", TestDatabase::sqlite); })*
        const AREAS: &[&str] = &[$($area),*];

        /// Where `TRACRPC_TEST_POSTGRES` names a server.
        mod on_postgres {
            use super::{TestDatabase, check_area};

            $(#[test] fn $test() {
                if TestDatabase::postgres().is_some() {
                    let database = || TestDatabase::postgres().unwrap();
                    check_area($area, "known-gaps-postgres.txt", database);
                }
            })*
        }
    };
}

areas! {
    attachments: "attachments",
    json_wire: "json-wire",
    permissions: "permissions",
    search: "search",
    system: "system",
    ticket: "ticket",
    ticket_enums: "ticket-enums",
    ticket_query: "ticket-query",
    wiki: "wiki",
    wiki_html: "wiki-html",
    workflow: "workflow",
    xml_wire: "xml-wire",
}

#[test]
fn every_folder_of_scenarios_is_an_area() {
    let folders = fs::read_dir(root().join("cases")).unwrap();
    let mut folders: Vec<String> = folders
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, AREAS);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance")
}

fn check_area(area: &str, gaps: &str, database: impl Fn() -> TestDatabase) {
    let mut files: Vec<PathBuf> = fs::read_dir(root().join("cases").join(area))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{area} has scenarios");
    let gaps = known_gaps(gaps);
    let (mut passed, mut surprises) = (0, Vec::new());
    for file in files {
        let name = format!("{area}/{}", file.file_name().unwrap().to_string_lossy());
        let scenario: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        passed += scenario["steps"].as_array().map_or(0, Vec::len);
        let failures: BTreeMap<usize, String> = steps::play(&scenario, database())
            .into_iter()
            .map(|f| (f.step, f.text))
            .collect();
        passed -= failures.len();
        let known = gaps.get(&name).cloned().unwrap_or_default();
        for (step, text) in failures
            .iter()
            .filter(|(step, _)| !known.contains_key(step))
        {
            surprises.push(format!("{name}:{step}: {text}"));
        }
        for (step, reason) in known
            .iter()
            .filter(|(step, _)| !failures.contains_key(step))
        {
            surprises.push(format!(
                "{name}:{step} passes, though listed as a gap: {reason}"
            ));
        }
    }
    println!("{area}: {passed} steps answered as recorded");
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

/// Lines `AREA/FILE.json:STEP REASON`, by file and step.
fn known_gaps(file: &str) -> BTreeMap<String, BTreeMap<usize, String>> {
    let mut gaps: BTreeMap<String, BTreeMap<usize, String>> = BTreeMap::new();
    let text = fs::read_to_string(root().join(file)).unwrap();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (place, reason) = line.split_once(' ').expect("a reason");
        let (file, step) = place.rsplit_once(':').expect("a step");
        let step = step.parse().expect("the number of a step");
        gaps.entry(file.to_owned())
            .or_default()
            .insert(step, reason.to_owned());
    }
    gaps
}
