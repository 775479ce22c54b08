//! Wiki pages: versions, deletion, renaming, what Trac is told of it.

use tempfile::TempDir;
use tracrpc_env::{Environment, Resource};
use tracrpc_pages::attachment;
use tracrpc_pages::page::{self, Edit};
use tracrpc_site::InitOptions;

fn world() -> (TempDir, Environment) {
    let dir = TempDir::new().unwrap();
    let env = tracrpc_site::create(dir.path().join("env"), &InitOptions::new("Test")).unwrap();
    env.db()
        .write(|connection| {
            connection.execute("DELETE FROM wiki", &[])?;
            connection.execute("DELETE FROM cache", &[])
        })
        .unwrap();
    (dir, env)
}

fn generation(env: &Environment, key: &str) -> Option<i64> {
    let sql = "SELECT generation FROM cache WHERE key=?";
    let row = env
        .db()
        .read(|connection| connection.query_one(sql, &[key.into()]))
        .unwrap();
    row.map(|row| row.get(0).unwrap())
}

const NAMES: &str = "trac.wiki.api.WikiSystem.pages";
const INTERWIKI: &str = "trac.wiki.interwiki.InterWikiMap.interwiki_map";

#[test]
fn versions_are_counted_from_the_latest_that_is_left() {
    let (_dir, env) = world();
    for text in ["one", "two", "three"] {
        page::save(&env, "D", &Edit::new(text)).unwrap();
    }
    page::delete(&env, "D", Some(2)).unwrap();
    assert!(page::find(&env, "D", Some(2)).unwrap().is_none());
    page::delete(&env, "D", Some(3)).unwrap();
    assert_eq!(page::find(&env, "D", None).unwrap().unwrap().text, "one");
    assert_eq!(
        page::save(&env, "D", &Edit::new("four")).unwrap().version,
        2
    );
    let versions: Vec<_> = page::history(&env, "D", 2)
        .unwrap()
        .iter()
        .map(|change| change.version)
        .collect();
    assert_eq!(versions, [2, 1]);
}

#[test]
fn refused_edits() {
    let (_dir, env) = world();
    page::save(&env, "P", &Edit::new("text")).unwrap();
    let check = |name: &str, text: &str, expected: &str| {
        let error = page::save(&env, name, &Edit::new(text)).unwrap_err();
        assert_eq!(error.message(), expected);
    };
    check("P", "text", "Page not modified");
    check("New", "", "Page not modified");
    check("a/../b", "text", "Invalid Wiki page name 'a/../b'");
    check("", "text", "Invalid Wiki page name ''");
    assert_eq!(page::all_names(&env).unwrap(), ["P"]);
}

#[test]
fn the_readonly_flag_alone_makes_no_version() {
    let (_dir, env) = world();
    page::save(&env, "P", &Edit::new("text")).unwrap();
    let edit = Edit {
        readonly: Some(true),
        ..Edit::new("text")
    };
    page::save(&env, "P", &edit).unwrap();
    let page = page::find(&env, "P", None).unwrap().unwrap();
    assert_eq!((page.version, page.readonly), (1, true));
    assert!(page::save(&env, "P", &Edit::new("new")).unwrap().readonly);
}

#[test]
fn a_replaced_text_keeps_its_version() {
    let (_dir, env) = world();
    let first = page::save(&env, "P", &Edit::new("text")).unwrap();
    page::save(
        &env,
        "P",
        &Edit {
            replace: true,
            ..Edit::new("new")
        },
    )
    .unwrap();
    let page = page::find(&env, "P", None).unwrap().unwrap();
    assert_eq!(
        (page.version, page.text.as_str(), page.time),
        (1, "new", first.time)
    );
    let other = page::save(
        &env,
        "Q",
        &Edit {
            replace: true,
            ..Edit::new("q")
        },
    )
    .unwrap();
    assert_eq!(other.version, 1);
}

#[test]
fn trac_is_told_when_names_change() {
    let (_dir, env) = world();
    let check = |expected| assert_eq!(generation(&env, NAMES), expected);
    page::save(&env, "P", &Edit::new("one")).unwrap();
    check(Some(0));
    page::save(&env, "P", &Edit::new("two")).unwrap();
    page::delete(&env, "P", Some(2)).unwrap();
    check(Some(0));
    page::rename(&env, "P", "Q").unwrap();
    check(Some(1));
    page::delete(&env, "Q", None).unwrap();
    check(Some(2));
    assert_eq!(generation(&env, INTERWIKI), None);
    page::save(&env, "InterMapTxt", &Edit::new("x")).unwrap();
    page::save(&env, "InterMapTxt", &Edit::new("y")).unwrap();
    assert_eq!(generation(&env, INTERWIKI), Some(1));
}

#[test]
fn renaming_takes_the_attachments_along() {
    let (_dir, env) = world();
    page::save(&env, "P", &Edit::new("one")).unwrap();
    page::save(&env, "Taken", &Edit::new("one")).unwrap();
    let upload = attachment::Upload {
        filename: "a",
        description: None,
        author: "joe",
        replace: false,
    };
    attachment::insert(&env, &Resource::wiki("P"), &upload, &mut "x".as_bytes()).unwrap();
    for (new, expected) in [
        ("", "A new name is mandatory for a rename."),
        ("P", "Page name is unchanged."),
        ("a//b", "Invalid Wiki page name 'a//b'"),
        ("Taken", "The page 'Taken' already exists."),
    ] {
        assert_eq!(
            page::rename(&env, "P", new).unwrap_err().message(),
            expected
        );
    }
    page::rename(&env, "P", "Q/R").unwrap();
    assert!(
        attachment::select(&env, &Resource::wiki("P"))
            .unwrap()
            .is_empty()
    );
    let moved = attachment::find(&env, &Resource::wiki("Q/R"), "a").unwrap();
    let text = std::io::read_to_string(attachment::content(&env, &moved).unwrap()).unwrap();
    assert_eq!(text, "x");
    let error = page::rename(&env, "P", "S").unwrap_err();
    assert_eq!(error.message(), "Cannot rename non-existent page");
}

#[test]
fn deleting_takes_the_attachments_along() {
    let (_dir, env) = world();
    page::save(&env, "P", &Edit::new("one")).unwrap();
    page::save(&env, "P", &Edit::new("two")).unwrap();
    let upload = attachment::Upload {
        filename: "a",
        description: None,
        author: "joe",
        replace: false,
    };
    attachment::insert(&env, &Resource::wiki("P"), &upload, &mut "x".as_bytes()).unwrap();
    page::delete(&env, "P", Some(2)).unwrap();
    assert_eq!(
        attachment::select(&env, &Resource::wiki("P"))
            .unwrap()
            .len(),
        1
    );
    page::delete(&env, "P", Some(1)).unwrap();
    assert!(
        attachment::select(&env, &Resource::wiki("P"))
            .unwrap()
            .is_empty()
    );
    assert!(
        std::fs::read_dir(env.attachments_dir().join("wiki/511"))
            .is_ok_and(|mut entries| { entries.next().is_none() })
    );
}
