//! Queries that mean no good.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use tracrpc_env::{Error, ErrorKind};

use super::world::World;

/// Texts that would end a literal, a name or a statement.
const ATTACKS: [&str; 7] = [
    "'",
    "\"",
    "`\\",
    "' OR '1'='1",
    "'; DROP TABLE ticket; --",
    "x') OR ('a'='a",
    "/* ? x$1 %s ]",
];

const FIELDS: [&str; 22] = [
    "id",
    "time",
    "changetime",
    "created",
    "type",
    "status",
    "priority",
    "severity",
    "milestone",
    "version",
    "component",
    "owner",
    "cc",
    "keywords",
    "summary",
    "description",
    "area",
    "blocking",
    "deadline",
    "notes",
    "urgent",
    "nosuch",
];

/// The only errors that a text may lead to.
fn is_clear(error: &Error) -> bool {
    error.kind() == ErrorKind::Invalid
}

/// How many tickets there are, and a sum that tells whether they changed.
fn fingerprint(world: &World) -> Vec<String> {
    let sql = "SELECT id, type, status, owner, summary, description FROM ticket ORDER BY id";
    let rows = world
        .env
        .db()
        .read(|connection| connection.query(sql, &[]))
        .unwrap();
    rows.iter().map(|row| format!("{row:?}")).collect()
}

#[test]
fn quotes_never_reach_the_statement() {
    World::each(|world| {
        let before = fingerprint(world);
        for attack in ATTACKS {
            for field in FIELDS {
                for operator in ["=", "!=", "~=", "!~=", "^=", "$="] {
                    let text = format!("{field}{operator}{attack}");
                    attack_with(world, &text, field, operator);
                }
                attack_with(world, &format!("{field}!={attack}|{attack}"), field, "!=");
            }
            for setting in [
                "order", "group", "col", "row", "max", "page", "desc", "report", attack,
            ] {
                let text = format!("{setting}={attack}");
                if let Err(error) = world.find(&text) {
                    assert!(is_clear(&error), "{text}: {error:?}");
                }
            }
        }
        assert_eq!(fingerprint(world), before);
    });
}

fn attack_with(world: &World, text: &str, field: &str, operator: &str) {
    match world.find(text) {
        Ok(found) => check_harmless(text, field, operator, &found),
        Err(error) => assert!(is_clear(&error), "{text}: {error:?}"),
    }
}

/// No field has one of these texts as its value, so nothing is found, unless
/// the attack made the condition true. (There are no severities.)
fn check_harmless(text: &str, field: &str, operator: &str, found: &[i64]) {
    let is_text = !matches!(field, "id" | "severity" | "nosuch");
    assert!(
        !is_text || operator != "=" || found.is_empty(),
        "{text}: {found:?}"
    );
}

#[test]
fn long_queries_are_answered_or_refused_fast() {
    World::each(|world| {
        let check = |text: String, is_refused: bool| {
            let started = Instant::now();
            let answer = world.find(&text);
            let took = started.elapsed();
            assert!(took < Duration::from_secs(3), "{:.40} took {took:?}", text);
            assert_eq!(answer.is_err(), is_refused, "{text:.40}: {answer:?}");
            assert!(
                answer.err().is_none_or(|error| is_clear(&error)),
                "{text:.40}"
            );
        };
        check("summary=".to_owned() + &"x".repeat(1_000_000), false);
        check("summary~=".to_owned() + &"%".repeat(20_000), false);
        check("summary~=".to_owned() + &"%".repeat(30_000), true);
        check("or&".repeat(10_000) + "order=id", false);
        check("owner=a&or&".repeat(10_000) + "order=id", true);
        check("nosuch=a&or&".repeat(10_000) + "order=id", false);
        check("owner=a&".repeat(10_000) + "order=id", false);
        check("owner=".to_owned() + &"a|".repeat(100_000), true);
        check("summary~=".to_owned() + &"a|".repeat(10_000), true);
        check("keywords~=".to_owned() + &"a ".repeat(500_000), true);
        check("keywords~=".to_owned() + &"\"".repeat(1_000_000), true);
        check("id=".to_owned() + &"1,3,5,".repeat(1_000) + "7", false);
        check(format!("id={}", numbers(0..20_000)), false);
        check(format!("id={}", numbers(0..200_000)), true);
        check("id=".to_owned() + &"9".repeat(1_000_000), true);
        check(
            "created=".to_owned() + &"2000-01-01..|".repeat(10_000),
            true,
        );
        check("&".repeat(1_000_000), true);
        check("\\&".repeat(500_000), true);
        check("=".repeat(1_000_000), true);
        check("max=".to_owned() + &"1".repeat(1_000_000), true);
        check("page=".to_owned() + &"1".repeat(4_000), false);
    });
}

#[test]
fn numbers_and_dates_may_be_of_any_size() {
    let answered = [
        "id=1-99999999999999999999",
        "id=9223372036854775806-9223372036854775808",
        "id=-99999999999999999999",
        "id=!9223372036854775808",
        "max=99999999999999999999",
        "page=99999999999999999999",
        "max=9223372036854775807&page=2",
        "created=0001-01-01..9999-12-31",
        "created=10000 months ago..",
    ];
    let refused = [
        "id=-5--1",
        "id~=99999999999999999999",
        "max=-1",
        "page=0",
        "page=-99999999999999999999",
        "max=2&page=99999999999999999999",
        "max=2&page=9223372036854775807",
        "created=10000-01-01",
        "created=0000-00-00",
        "created=2012-02-30",
        "created=9999-12-31T23:59:59-14:00..",
        "created=..in 8000 years",
        "created=3000 years ago..",
        "created=99999999999999999999 days ago",
        "created=-99999999999999999999 seconds ago",
        "deadline=..99999-01-01",
        "changetime=9223372036854775807",
    ];
    World::each(|world| {
        let found = |text: &str| world.find(text);
        for text in answered {
            assert!(found(text).is_ok(), "{text}: {:?}", found(text));
        }
        for text in refused {
            assert!(found(text).is_err_and(|error| is_clear(&error)), "{text}");
        }
    });
}

fn numbers(range: std::ops::Range<i32>) -> String {
    let numbers: Vec<_> = range.map(|number| (number * 2).to_string()).collect();
    numbers.join(",")
}

/// A part of a query that is likely to mean something.
fn part() -> impl Strategy<Value = String> {
    let field = prop::sample::select(FIELDS.to_vec());
    let operator = prop::sample::select(vec!["=", "!=", "~=", "!~=", "^=", "$=", "!", "~"]);
    let value = prop_oneof![
        ".{0,12}",
        prop::sample::select(ATTACKS.to_vec()).prop_map(str::to_owned),
        "[0-9,:|.-]{0,10}",
    ];
    prop_oneof![
        6 => (field, operator, value).prop_map(|(f, o, v)| format!("{f}{o}{v}")),
        1 => Just("or".to_owned()),
        1 => "(order|group|max|page|desc|col)=.{0,8}",
        1 => ".{0,10}",
    ]
}

#[test]
fn no_text_does_more_than_find_or_be_refused() {
    let world = World::new(&[]);
    let before = fingerprint(&world);
    let texts = prop_oneof![
        ".{0,60}",
        prop::collection::vec(part(), 0..6).prop_map(|p| p.join("&"))
    ];
    proptest!(ProptestConfig::with_cases(1_500), |(text in texts)| {
        match world.find(&text) {
            Ok(found) => prop_assert!(found.len() <= 6),
            Err(error) => prop_assert!(is_clear(&error), "{}: {:?}", text, error),
        }
    });
    assert_eq!(fingerprint(&world), before);
}
