//! `trac.ini`: reading compared with Python's ConfigParser, and editing.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use tracrpc_env::config::{Editor, Ini, IniError};

/// Texts with what Python read in them, one a line; written by `tests/data/ini.py`.
const RECORDED: &str = include_str!("../data/ini.jsonl");

fn read(text: &str) -> Json {
    let ini = match Ini::parse(text) {
        Ok(ini) => ini,
        Err(error) => return json!({"error": summary(&error)}),
    };
    let options = |section| {
        ini.options(section)
            .map(|(name, value)| json!([name, value]))
    };
    let sections = ini
        .sections()
        .map(|section| json!([section, sorted(options(section))]));
    json!({"sections": sections.collect::<Vec<_>>()})
}

/// Python lists the options of `DEFAULT` first, we list them last.
fn sorted(options: impl Iterator<Item = Json>) -> Vec<Json> {
    let mut options: Vec<_> = options.collect();
    options.sort_by_key(Json::to_string);
    options
}

fn summary(error: &IniError) -> String {
    match error {
        IniError::NoSection { line, .. } => format!("no section line {line}"),
        IniError::DuplicateSection { line, section } => format!("section {section} line {line}"),
        IniError::DuplicateOption {
            line,
            section,
            option,
        } => {
            format!("option {section} {option} line {line}")
        }
        IniError::Syntax { lines } => format!("syntax line {}", lines[0].0),
        other => format!("{other}"),
    }
}

#[test]
fn files_are_read_as_python_reads_them() {
    let recorded =
        std::env::var("TRACRPC_TEST_INI").map(|path| std::fs::read_to_string(path).unwrap());
    let mut count = 0;
    for line in recorded.as_deref().unwrap_or(RECORDED).lines() {
        let mut expected: Json = serde_json::from_str(line).unwrap();
        let text = expected.as_object_mut().unwrap().remove("text").unwrap();
        for section in expected["sections"].as_array_mut().into_iter().flatten() {
            let options = section[1].as_array().unwrap().clone();
            section[1] = Json::Array(sorted(options.into_iter()));
        }
        let expected = if expected["error"].is_null() {
            json!({"sections": expected["sections"]})
        } else {
            json!({"error": expected["error"]})
        };
        assert_eq!(read(text.as_str().unwrap()), expected, "{text}");
        count += 1;
    }
    assert!(count > 400, "{count}");
}

#[test]
fn errors_name_the_place() {
    let check = |text: &str, expected: &str| {
        assert_eq!(Ini::parse(text).unwrap_err().to_string(), expected);
    };
    check(
        "x = 1\n",
        "File contains no section headers.\nline: 1\nx = 1",
    );
    check("[a]\n[a]\n", "[line  2]: section 'a' already exists");
    check(
        "[a]\nx = 1\nX = 2\n",
        "[line  3]: option 'x' in section 'a' already exists",
    );
    check(
        "[a]\nx\ny\n",
        "Source contains parsing errors\n\t[line  2]: x\n\t[line  3]: y",
    );
}

const FILE: &str = "\
# the project
[project]
name = Old
; what it is
Descr: one
  two
# three
  three

[trac]
  base_url =
";

#[test]
fn set_changes_its_lines_only() {
    let check = |section: &str, option: &str, value: &str, from: &str, to: &str| {
        let mut editor = Editor::new(FILE).unwrap();
        editor.set(section, option, value).unwrap();
        assert_eq!(
            editor.text(),
            FILE.replacen(from, to, 1),
            "[{section}] {option} = {value}"
        );
    };
    check("project", "name", "New", "name = Old", "name = New");
    check("project", "NAME", "New", "name = Old", "name = New");
    check("project", "name", "a\nb", "name = Old\n", "name = a\n\tb\n");
    check("project", "name", "", "name = Old\n", "name =\n");
    check(
        "project",
        "descr",
        "x",
        "Descr: one\n  two\n# three\n  three\n",
        "Descr: x\n# three\n",
    );
    check("project", "url", "u", "  three\n", "  three\nurl = u\n");
    check(
        "trac",
        "base_url",
        "http://x",
        "base_url =\n",
        "base_url = http://x\n",
    );
    check(
        "trac",
        "Timeout",
        "5",
        "base_url =\n",
        "base_url =\n  timeout = 5\n",
    );
    check(
        "wiki",
        "max_size",
        "5",
        "base_url =\n",
        "base_url =\n\n[wiki]\nmax_size = 5\n",
    );
}

#[test]
fn line_ends_stay_as_they_are() {
    let check = |text: &str, expected: &str| {
        let mut editor = Editor::new(text).unwrap();
        editor.set("a", "x", "1").unwrap();
        assert_eq!(editor.text(), expected);
    };
    check("", "[a]\nx = 1\n");
    check("[a]", "[a]\nx = 1\n");
    check("[a]\r\ny = 2\r\n", "[a]\r\ny = 2\r\nx = 1\r\n");
    check("[a]\nx = 2", "[a]\nx = 1");
    check("[b]\nx = 2", "[b]\nx = 2\n\n[a]\nx = 1\n");
}

#[test]
fn what_cannot_be_written_is_refused() {
    let check = |section: &str, option: &str, value: &str| {
        let mut editor = Editor::new(FILE).unwrap();
        let error = editor.set(section, option, value).unwrap_err();
        assert!(
            error.message().ends_with("cannot be written to trac.ini"),
            "{error}"
        );
        assert_eq!(editor.text(), FILE);
    };
    check("project", "a=b", "x");
    check("project", "a:b", "x");
    check("project", "a\nb", "x");
    check("project", "#a", "x");
    check("project", "[a]", "x");
    check("project", "", "x");
    check("project", "a ", "x");
    check("a\nb", "x", "x");
    check("", "x", "x");
    check("DEFAULT", "x", "x");
    check("project", "name", "a\n# b");
    check("project", "name", "a\n; b");
}

#[test]
fn remove_takes_its_lines_only() {
    let check = |section: &str, option: Option<&str>, from: &str, to: &str| {
        let mut editor = Editor::new(FILE).unwrap();
        let removed = match option {
            Some(option) => editor.remove(section, option),
            None => editor.remove_section(section),
        };
        assert_eq!(removed, from != to);
        assert_eq!(
            editor.text(),
            FILE.replacen(from, to, 1),
            "[{section}] {option:?}"
        );
    };
    check("project", Some("name"), "name = Old\n", "");
    check(
        "project",
        Some("DESCR"),
        "Descr: one\n  two\n# three\n  three\n",
        "# three\n",
    );
    check("trac", Some("base_url"), "[trac]\n  base_url =\n", "");
    check("trac", None, "[trac]\n  base_url =\n", "");
    check(
        "project",
        None,
        &FILE[FILE.find("[project]").unwrap()..FILE.find("\n[trac]").unwrap()],
        "",
    );
    check("project", Some("url"), "", "");
    check("wiki", None, "", "");
}

fn ini_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "[a]\n",
        "[b]\n",
        "x = 1\n",
        "y: 2\n",
        "z =\n",
        "  more\n",
        "\n",
        "# c\n",
        "; d\n",
        "  w = 3\n",
        "\r\n",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_reader_takes_any_text(text in "\\PC*|[\\[\\]=:#; \t\r\nax]*") {
        let _ = Ini::parse(&text);
    }

    #[test]
    fn what_is_set_is_read_and_all_else_stays(
        text in ini_text(),
        section in "[abc]",
        option in "[xyzq]",
        value in "[a-z =:\\[#;\u{e9}]{0,8}(\n[a-z]{1,3}){0,2}",
    ) {
        let Ok(before) = Ini::parse(&text) else { return Ok(()) };
        let mut editor = Editor::new(&text).unwrap();
        if editor.set(&section, &option, &value).is_err() {
            prop_assert_eq!(editor.text(), text);
            return Ok(());
        }
        let after = Ini::parse(&editor.text()).unwrap();
        let value = value.split('\n').map(str::trim).collect::<Vec<_>>().join("\n");
        prop_assert_eq!(after.get(&section, &option), Some(value.trim_end()));
        for other in before.sections() {
            for (name, value) in before.options(other) {
                if (other, name) != (section.as_str(), option.as_str()) {
                    prop_assert_eq!(after.get(other, name), Some(value));
                }
            }
        }
        let comments = |text: &str| text.lines().filter(|line| line.starts_with(['#', ';'])).count();
        prop_assert_eq!(comments(&text), comments(&editor.text()));
    }

    #[test]
    fn what_is_removed_is_gone_and_all_else_stays(text in ini_text(), section in "[ab]", option in "[xyz]") {
        let Ok(before) = Ini::parse(&text) else { return Ok(()) };
        let mut editor = Editor::new(&text).unwrap();
        let there = before.get(&section, &option).is_some();
        prop_assert_eq!(editor.remove(&section, &option), there);
        let after = Ini::parse(&editor.text()).unwrap();
        prop_assert_eq!(after.get(&section, &option), None);
        for other in before.sections() {
            for (name, value) in before.options(other) {
                if (other, name) != (section.as_str(), option.as_str()) {
                    prop_assert_eq!(after.get(other, name), Some(value));
                }
            }
        }
    }
}
