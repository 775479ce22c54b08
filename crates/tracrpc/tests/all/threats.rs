//! The threats of `docs/security.md`, each with a test that is there.

use std::fs;

use crate::tidy::root;

#[test]
fn every_threat_has_a_test() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| threat"));
    let mut count = 0;
    for row in rows {
        let cell = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let (path, test) = cell.trim_matches('`').split_once(": ").expect(row);
        let source = fs::read_to_string(root().join(path)).expect(path);
        assert!(source.contains(&format!("fn {test}()")), "{path}: {test}");
        count += 1;
    }
    assert!(count > 30, "the tables were not found");
}
