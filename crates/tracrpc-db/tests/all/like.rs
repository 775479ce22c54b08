//! The `like` that takes the place of SQLite's, compared with it.

use std::cell::RefCell;

use proptest::prelude::*;
use rusqlite::types::Value;
use tracrpc_db::{Database, SqlValue};

use crate::backends::create;

thread_local! {
    static OURS: RefCell<Database> = RefCell::new(create("sqlite::memory:", "/".as_ref()));
    static THEIRS: RefCell<rusqlite::Connection> =
        RefCell::new(rusqlite::Connection::open_in_memory().unwrap());
}

/// What both make of an expression: a number, none for NULL, or the error's text.
type Answers = [Result<Option<i64>, String>; 2];

fn answers(expression: &str, params: &[SqlValue]) -> Answers {
    let sql = format!("SELECT {expression}");
    let ours = OURS.with_borrow(|ours| {
        let row = ours.read(|connection| connection.query_one(&sql, params));
        row.map(|row| row.unwrap().get(0).unwrap())
    });
    let theirs = THEIRS.with_borrow(|theirs| {
        let params = rusqlite::params_from_iter(params.iter().map(plain));
        theirs.query_row(&sql, params, |row| row.get(0))
    });
    let message = |error: rusqlite::Error| match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message,
        error => error.to_string(),
    };
    [
        ours.map_err(|error| error.to_string()),
        theirs.map_err(message),
    ]
}

fn plain(value: &SqlValue) -> Value {
    match value.clone() {
        SqlValue::Null => Value::Null,
        SqlValue::Int(number) => number.into(),
        SqlValue::Real(number) => number.into(),
        SqlValue::Text(text) => text.into(),
        SqlValue::Blob(bytes) => bytes.into(),
    }
}

/// The expressions that apply LIKE to a text, a pattern and perhaps an escape character.
const EXPRESSIONS: [&str; 3] = [
    "?1 LIKE ?2",
    "?1 LIKE ?2 ESCAPE ?3",
    "?1 NOT LIKE ?2 ESCAPE ?3",
];

fn check(text: &SqlValue, pattern: &SqlValue, escape: &SqlValue) {
    let given = [text.clone(), pattern.clone(), escape.clone()];
    for expression in EXPRESSIONS {
        let count = if expression.contains("?3") { 3 } else { 2 };
        // Bytes that are to be a text even where they are not UTF-8.
        let cast = expression
            .replace("?1", "CAST(?1 AS TEXT)")
            .replace("?2", "CAST(?2 AS TEXT)");
        for sql in [expression.to_owned(), cast] {
            let [ours, theirs] = answers(&sql, &given[..count]);
            assert_eq!(ours, theirs, "{sql} {given:?}");
        }
    }
}

#[test]
fn particular_cases() {
    let texts = [
        "",
        "a",
        "A",
        "ab",
        "aB%",
        "a_b",
        "a/b",
        "xaBcx",
        "é",
        "É",
        "aéb",
        "a\0b",
        "\0",
        "100%",
        "aXbXcXb",
        "\u{fffd}",
        "\u{fffe}x",
        "\u{10ffff}",
        "ſk",
        "K",
        "aa",
        "aaa",
        "%",
        "_",
        "/",
    ];
    let patterns = [
        "",
        "%",
        "%%",
        "a",
        "a%",
        "%a",
        "%a%",
        "%A%b%",
        "a%b",
        "_",
        "%_",
        "_%",
        "a_b",
        "/%",
        "%/%",
        "%/%%",
        "/_",
        "a/_b",
        "%/",
        "a/",
        "//",
        "%//%",
        "é",
        "%É%",
        "%é",
        "a\0%",
        "%\0",
        "\u{ffff}",
        "%\u{fffd}%",
        "%k%",
        "%aa%",
        "a%a",
        "%ab%c",
        "%b",
        "a%x",
        "%/a%",
        "100/%",
    ];
    for text in texts {
        for pattern in patterns {
            for escape in ["/", "%", "_", "a", "é"] {
                check(&text.into(), &pattern.into(), &escape.into());
            }
        }
    }
}

#[test]
fn values_that_are_no_texts() {
    let odd = [
        SqlValue::Null,
        SqlValue::Int(-105),
        SqlValue::Real(1.5e300),
        SqlValue::Real(10.0),
        SqlValue::Blob(b"a\xffb".to_vec()),
        SqlValue::Blob(b"\xc3".to_vec()),
        SqlValue::Blob(b"x\xa0\xa0".to_vec()),
        SqlValue::Blob(b"\xe4a".to_vec()),
        SqlValue::from("%"),
        SqlValue::from("%10%"),
        SqlValue::from("%\u{a0}%"),
        SqlValue::from("%a"),
        SqlValue::from("%b%"),
    ];
    for text in &odd {
        for pattern in &odd {
            for escape in odd
                .iter()
                .chain(&["/".into(), "".into(), "/ ".into(), "\0".into()])
            {
                check(text, pattern, escape);
            }
        }
    }
}

#[test]
fn patterns_that_are_too_long() {
    for length in [49_999, 50_000, 50_001] {
        check(&"a".into(), &"a".repeat(length).into(), &"/".into());
    }
}

/// The pattern is kept from row to row, but not when it or the escape
/// character comes from the row.
#[test]
fn patterns_of_a_row() {
    let rows = "(SELECT '%' AS e, 'a' AS t, 'a%' AS p UNION ALL SELECT '/', 'b/', 'b//' \
                UNION ALL SELECT '/', 'a/', 'a%')";
    for (expression, expected) in [
        ("t LIKE p ESCAPE e", "011"),
        ("t LIKE 'a%' ESCAPE e", "001"),
        ("t LIKE p", "101"),
        ("t LIKE 'a%'", "101"),
        ("t LIKE '%/' ESCAPE '%'", "000"),
    ] {
        let sql = format!("(SELECT group_concat({expression}, '') FROM {rows})");
        let [ours, theirs] = answers(&format!("CAST({sql} AS INTEGER) + 1000"), &[]);
        assert_eq!(ours, theirs, "{expression}");
        assert_eq!(
            ours.unwrap().map(|n| n - 1000),
            expected.parse().ok(),
            "{expression}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_and_pattern(
        text in "[aAbB%_/é\u{fffd}\u{0}]{0,12}",
        pattern in "[aAb%%%_/é\u{fffe}\u{0}]{0,8}",
        escape in "[/%_aé]",
    ) {
        check(&text.into(), &pattern.into(), &escape.into());
    }

    #[test]
    fn any_bytes(
        text in prop::collection::vec(prop::sample::select(b"ab%\xa9\xc3\xe4\xff\x80".as_slice()), 0..8),
        pattern in prop::collection::vec(prop::sample::select(b"ab%%\xa9\xc3\xe4".as_slice()), 0..6),
    ) {
        check(&text.into(), &pattern.into(), &"/".into());
    }

    #[test]
    fn any_terms(
        terms in prop::collection::vec("[aAbB%_/ é]{0,3}", 1..4),
        texts in prop::collection::vec(prop::option::of("[aAbB%_/ é\u{0}]{0,8}"), 1..4),
    ) {
        let columns = vec!["?"; texts.len()];
        let texts: Vec<SqlValue> = texts.into_iter().map(SqlValue::from).collect();
        let occur = OURS.with_borrow(|ours| {
            let (condition, mut params) = ours.dialect().occur(&terms, &columns);
            params.extend(texts.iter().cloned());
            let sql = format!("SELECT {condition}");
            let row = ours.read(|connection| connection.query_one(&sql, &params));
            row.unwrap().unwrap().get::<bool>(0).unwrap()
        });
        let is_like = |text: &SqlValue, term: &str| {
            let term = term.replace('/', "//").replace('%', "/%").replace('_', "/_");
            let pattern = format!("%{term}%").into();
            let [_, theirs] = answers("? LIKE ? ESCAPE '/'", &[text.clone(), pattern]);
            theirs.unwrap() == Some(1)
        };
        let expected = terms.iter().all(|term| texts.iter().any(|text| is_like(text, term)));
        prop_assert_eq!(occur, expected);
    }
}
