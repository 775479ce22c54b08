//! The configuration: defaults, inheritance, values and what is refused.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tracrpc_env::config::{Config, DateFormat, defaults, store};
use tracrpc_env::{Error, ErrorKind};

/// A folder with files, the first of which is `trac.ini`.
fn load(files: &[(&str, &str)]) -> (TempDir, Result<Config, Error>) {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let config = Config::load(&folder.path().join(files[0].0));
    (folder, config)
}

fn one(text: &str) -> Config {
    load(&[("trac.ini", text)]).1.unwrap()
}

#[test]
fn defaults_are_those_of_trac() {
    let config = one("");
    let check = |section, option, expected| {
        assert_eq!(
            config.get(section, option),
            expected,
            "[{section}] {option}"
        );
    };
    check("ticket", "default_type", Some("defect"));
    check("notification", "default_format.email", Some("text/plain"));
    check("git", "git_bin", Some("git"));
    check("trac", "base_url", Some(""));
    check("ticket", "no_such_option", None);
    check("no_such_section", "x", None);
    assert_eq!(defaults::all().count(), 198);
    assert_eq!(config.query().items_per_page.get().unwrap(), 100);
    assert_eq!(
        config.trac().default_date_format.get().unwrap(),
        DateFormat::Language
    );
    assert_eq!(
        config.ticket().allowed_empty_fields,
        ["milestone", "version"]
    );
    assert_eq!(config.authz_policy().authz_file, None);
    assert!(config.sections().contains("wiki"));
}

#[test]
fn every_default_can_be_read() {
    let config = one("");
    for row in defaults::all() {
        assert_eq!(config.get(row.section, row.option), Some(row.default));
    }
    config.attachment().max_size.get().unwrap();
    config.attachment().max_zip_size.get().unwrap();
    config.mimeviewer().max_preview_size.get().unwrap();
    config.mimeviewer().tab_width.get().unwrap();
    config.notification().smtp_port.get().unwrap();
    config.search().min_query_length.get().unwrap();
    config.wiki().max_size.get().unwrap();
}

#[test]
fn values_have_types() {
    let config = one(
        "[ticket]\nrestrict_owner = Enabled\nmax_summary_size = 1_000\nx = 1.5\nlist = a, b ,,c\nempty =\n\
         [notification]\nsmtp_always_cc = a@x b@x, c@x\n[authz_policy]\nauthz_file = ../authz\n",
    );
    assert!(config.get_bool("ticket", "restrict_owner"));
    assert!(!config.get_bool("ticket", "nothing"));
    assert_eq!(config.get_int("ticket", "max_summary_size").unwrap(), 1000);
    assert_eq!(config.get_int("ticket", "empty").unwrap(), 0);
    assert!((config.get_float("ticket", "x").unwrap() - 1.5).abs() < f64::EPSILON);
    assert_eq!(config.get_list("ticket", "list"), ["a", "b", "c"]);
    assert_eq!(
        config.get_list_by("ticket", "list", &[' ']),
        ["a,", "b", ",,c"]
    );
    let cc = &config.notification().smtp_always_cc.0;
    assert_eq!(cc, &["a@x", "b@x", "c@x"]);
    let file = config.authz_policy().authz_file.clone().unwrap();
    assert_eq!(
        file,
        config
            .path()
            .parent()
            .unwrap()
            .parent()
            .unwrap()
            .join("authz")
    );
}

#[test]
fn a_bad_value_is_an_error_of_who_needs_it_only() {
    let config = one("[search]\nmin_query_length = three\n[trac]\ndefault_date_format = us\n");
    let check = |result: Result<(), Error>, expected: &str| {
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Setting, expected)
        );
        let title = error.title().map(ToString::to_string);
        assert_eq!(title.as_deref(), Some("Configuration Error"));
    };
    let integer = "[search] min_query_length: expected integer, got 'three'";
    check(config.search().min_query_length.get().map(drop), integer);
    check(
        config.get_int("search", "min_query_length").map(drop),
        integer,
    );
    check(
        config.trac().default_date_format.get().map(drop),
        "[trac] default_date_format: expected one of (\"\", \"iso8601\"), got 'us'",
    );
    config.trac().timeout.get().unwrap();
}

#[test]
fn files_are_inherited_nearest_first() {
    let (_folder, config) = load(&[
        (
            "env/trac.ini",
            "[inherit]\nfile = ../site.ini,\n  ../missing.ini, ../last.ini\n[my]\na = own\n",
        ),
        (
            "site.ini",
            "[inherit]\nfile = more/base.ini\n[my]\na = site\nb = site\n[ticket]\ndefault_type = task\n",
        ),
        ("more/base.ini", "[my]\na = base\nb = base\nc = base\n"),
        ("last.ini", "[my]\nc = last\nd = last\n"),
    ]);
    let config = config.unwrap();
    let expected = [("a", "own"), ("b", "site"), ("c", "base"), ("d", "last")];
    assert_eq!(config.options("my"), expected);
    assert_eq!(config.ticket().default_type, "task");
    assert_eq!(config.options("ticket")[0], ("default_type", "task"));
    assert!(!config.changed());
}

#[test]
fn a_file_that_several_inherit_is_read_once() {
    let names: Vec<_> = (0..31).map(|number| format!("{number}.ini")).collect();
    let text = |next: &str| format!("[inherit]\nfile = {next}, {next}\n");
    let mut texts: Vec<_> = names.iter().skip(1).map(|next| text(next)).collect();
    texts.push("[my]\na = last\n".to_owned());
    let files: Vec<_> = names
        .iter()
        .zip(&texts)
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(load(&files).1.unwrap().get("my", "a"), Some("last"));
}

#[test]
fn a_change_of_any_file_is_seen() {
    let files = [
        ("trac.ini", "[inherit]\nfile = a.ini, b.ini\n"),
        ("a.ini", "[x]\ny = 1\n"),
    ];
    let check = |change: &dyn Fn(&Path)| {
        let (folder, config) = load(&files);
        let config = config.unwrap();
        assert!(!config.changed());
        change(folder.path());
        assert!(config.changed());
    };
    check(&|path| fs::write(path.join("trac.ini"), "[x]\n").unwrap());
    check(&|path| fs::write(path.join("a.ini"), "[x]\ny = 22\n").unwrap());
    check(&|path| fs::write(path.join("b.ini"), "").unwrap());
    check(&|path| fs::remove_file(path.join("a.ini")).unwrap());
    check(&|path| {
        fs::write(path.join("new"), files[1].1).unwrap();
        fs::rename(path.join("new"), path.join("a.ini")).unwrap();
    });
}

#[test]
fn what_cannot_be_read_is_named() {
    let check = |files: &[(&str, &str)], expected: &[&str]| {
        let error = load(files).1.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        for part in expected {
            assert!(error.message().contains(part), "{error}");
        }
    };
    check(
        &[("trac.ini", "[a]\nb\n")],
        &["Error reading '", "trac.ini'", "[line  2]: b"],
    );
    check(
        &[("trac.ini", "\u{feff}[a]\n")],
        &["File contains no section headers."],
    );
    let inherits = "[inherit]\nfile = base.ini\n";
    check(
        &[("trac.ini", inherits), ("base.ini", "[a]\n[a]\n")],
        &["base.ini'", "section 'a' already exists"],
    );
    check(
        &[("trac.ini", "[inherit]\nfile = trac.ini\n")],
        &["inherits itself", "[inherit]"],
    );
    check(
        &[
            ("trac.ini", inherits),
            ("base.ini", "[inherit]\nfile = ./x/../trac.ini\n"),
        ],
        &["inherits itself"],
    );
}

#[test]
fn changes_at_the_same_time_are_all_kept() {
    let (folder, _) = load(&[("trac.ini", "[my]\n")]);
    let path = folder.path().join("trac.ini");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let path = &path;
            scope.spawn(move || {
                for number in 0..5 {
                    let option = format!("x{thread}_{number}");
                    store::edit(path, |editor| editor.set("my", &option, "1")).unwrap();
                }
            });
        }
    });
    assert_eq!(Config::load(&path).unwrap().options("my").len(), 40);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_change_that_is_refused_leaves_the_file_alone() {
    let text = "[my]\nx = 1\n";
    let (folder, _) = load(&[("trac.ini", text)]);
    let path = folder.path().join("trac.ini");
    let refused = store::edit(&path, |editor| {
        editor.set("my", "x", "2")?;
        editor.set("my", "#", "2")
    });
    assert!(refused.is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let error = store::edit(&folder.path().join("none.ini"), |_| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    fs::write(&path, "x").unwrap();
    assert_eq!(
        store::edit(&path, |_| Ok(())).unwrap_err().kind(),
        ErrorKind::Config
    );
}
