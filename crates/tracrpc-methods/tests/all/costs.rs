//! Which calls are heavy, before they are made.

use tracrpc_methods::{MANY_CALLS, Registry};
use tracrpc_testing::TestEnv;
use tracrpc_tickets::query;
use tracrpc_wire::{Struct, Value};

fn entry(method: &str, params: Vec<Value>) -> Value {
    let mut entry = Struct::new();
    entry.insert("methodName", method);
    entry.insert("params", Value::Array(params));
    Value::Struct(entry)
}

fn is_heavy(env: &TestEnv, method: &str, arguments: &[Value]) -> bool {
    let registry = Registry::builtin().unwrap();
    registry.is_heavy(&env.actor("joe"), [(method, arguments)])
}

/// An environment with so many tickets, about which nothing is in memory or all is.
fn with_tickets(count: u32, in_memory: bool) -> TestEnv {
    let env = TestEnv::new().user("joe", ["XML_RPC"]);
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) \
               INSERT INTO ticket (id, summary) SELECT i, 'ticket ' || i FROM n";
    let add = |connection: &mut tracrpc_db::Connection| {
        connection.execute(sql, &[i64::from(count).into()])
    };
    env.env().db().write(add).unwrap();
    if in_memory {
        query::prepare(env.env());
    }
    env
}

#[test]
fn many_calls_in_one_are_heavy() {
    let env = TestEnv::new().user("joe", ["XML_RPC"]);
    let version = || entry("system.getAPIVersion", vec![]);
    let versions = |count: usize| vec![Value::Array(vec![version(); count])];
    let nested = |outer: usize, inner: usize| {
        let multicall = entry("system.multicall", versions(inner));
        vec![Value::Array(vec![multicall; outer])]
    };
    let check = |arguments: Vec<Value>, expected: bool| {
        assert_eq!(
            is_heavy(&env, "system.multicall", &arguments),
            expected,
            "{} entries",
            arguments[0].as_array().map_or(0, <[Value]>::len)
        );
    };
    check(versions(MANY_CALLS), false);
    check(versions(MANY_CALLS + 1), true);
    check(nested(2, MANY_CALLS / 2 - 1), false);
    check(nested(2, MANY_CALLS / 2), true);
    check(vec![Value::Array(vec![Value::Nil; MANY_CALLS + 1])], true);
    let search = entry("search.performSearch", vec![Value::from("x")]);
    check(vec![Value::Array(vec![version(), search])], true);
    // Each of them is short, all together are not.
    let text = || entry("wiki.wikiToHtml", vec![Value::from("x".repeat(10_000))]);
    check(vec![Value::Array(vec![text(); 5])], false);
    check(vec![Value::Array(vec![text(); 20])], true);
}

#[test]
fn a_batch_is_as_heavy_as_its_calls() {
    let env = TestEnv::new().user("joe", ["XML_RPC"]);
    let registry = Registry::builtin().unwrap();
    let check = |count: usize, expected: bool| {
        let calls = std::iter::repeat_n(("system.getAPIVersion", &[][..]), count);
        assert_eq!(
            registry.is_heavy(&env.actor("joe"), calls),
            expected,
            "{count}"
        );
    };
    check(1, false);
    check(MANY_CALLS, false);
    check(MANY_CALLS + 1, true);
}

#[test]
fn queries_are_as_heavy_as_their_patterns_and_the_tickets() {
    let alternatives =
        |field: &str, count: usize| format!("{field}{}", vec!["zz"; count].join("|"));
    for in_memory in [true, false] {
        let env = with_tickets(20_000, in_memory);
        let check = |text: String, expected: bool| {
            let heavy = is_heavy(&env, "ticket.query", &[text.as_str().into()]);
            assert_eq!(
                heavy,
                expected,
                "{} in memory: {in_memory}",
                &text[..40.min(text.len())]
            );
        };
        check("status!=closed".to_owned(), false);
        check("".to_owned(), false);
        check(alternatives("status=", 400), false);
        check(alternatives("summary~=", 1), false);
        check(alternatives("summary~=", 10), !in_memory);
        check(alternatives("summary~=", 490), true);
        check(alternatives("summary!^=", 490), true);
        check(alternatives("summary=~", 490), true);
        check(alternatives("description~=", 490), true);
        check(vec!["owner~=x"; 100].join("&or&"), true);
    }
    let env = with_tickets(20, false);
    let text = alternatives("description~=", 490);
    assert!(!is_heavy(&env, "ticket.query", &[text.into()]));
}

#[test]
fn texts_are_as_heavy_as_they_are_long() {
    let env = with_tickets(20_000, true);
    let check = |text: &str, expected: bool| {
        assert_eq!(is_heavy(&env, "wiki.wikiToHtml", &[text.into()]), expected);
        let put = |connection: &mut tracrpc_db::Connection| {
            connection.execute("DELETE FROM wiki", &[])?;
            let sql = "INSERT INTO wiki (name, version, text) VALUES ('Page', 1, ?)";
            connection.execute(sql, &[text.into()])
        };
        env.env().db().write(put).unwrap();
        for page in [vec!["Page".into()], vec!["Page".into(), 1.into()]] {
            assert_eq!(is_heavy(&env, "wiki.getPageHTML", &page), expected);
        }
        assert!(!is_heavy(&env, "wiki.getPage", &["Page".into()]));
    };
    check("", false);
    check(&"word ".repeat(10_000), false);
    check(&"word ".repeat(100_000), true);
    check(&format!("{{{{{{\n{}}}}}}}", "code\n".repeat(10_000)), true);
    check(&"[[BR]]".repeat(1_000), true);
    check("[[TicketQuery(owner=joe)]]", false);
    let alternatives = vec!["zz"; 490].join("|");
    check(
        &format!("[[TicketQuery(description~={alternatives})]]"),
        true,
    );
    let missing = ["Missing".into()];
    assert!(!is_heavy(&env, "wiki.getPageHTML", &missing));
    assert!(!is_heavy(&env, "wiki.getPageHTML", &[]));
}
