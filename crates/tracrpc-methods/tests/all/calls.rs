//! Calls without a protocol: permissions, arguments, several at once.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracrpc_env::{Actor, RequestInfo, Result};
use tracrpc_methods::{Method, Namespace, Registry, Since};
use tracrpc_testing::TestEnv;
use tracrpc_wire::Timestamp;
use tracrpc_wire::{Fault, FaultKind, Outcome, Output, Struct, Value};

fn builtin() -> Registry {
    Registry::builtin().unwrap()
}

fn world() -> TestEnv {
    TestEnv::new().user("joe", ["XML_RPC"])
}

fn fault_of(result: std::result::Result<Output, Fault>) -> (FaultKind, String) {
    let fault = result.unwrap_err();
    (fault.kind, fault.message)
}

#[test]
fn permissions_are_checked_before_anything_else() {
    let (registry, env) = (builtin(), world());
    let check = |user: &str, method: &str, kind: FaultKind, message: &str| {
        let fault = fault_of(registry.call(&env.actor(user), method, vec![Value::Nil; 9]));
        assert_eq!(fault, (kind, message.to_owned()), "{user} {method}");
    };
    let needs = |action: &str| {
        format!(
            "{action} privileges are required to perform this operation. You don't have the required permissions."
        )
    };
    check(
        "anonymous",
        "system.listMethods",
        FaultKind::Forbidden,
        &needs("XML_RPC"),
    );
    check(
        "anonymous",
        "no.such",
        FaultKind::Forbidden,
        &needs("XML_RPC"),
    );
    check(
        "joe",
        "no.such",
        FaultKind::MethodNotFound,
        "RPC method \"no.such\" not found",
    );
    check(
        "joe",
        "ticket.component.delete",
        FaultKind::Forbidden,
        &needs("TICKET_ADMIN"),
    );
}

/// A registry with a method of every type of argument.
fn types() -> Registry {
    type All = (
        i64,
        bool,
        String,
        Option<i64>,
        Option<Timestamp>,
        Since,
        Struct,
    );
    #[allow(clippy::too_many_arguments, reason = "this is what is tested")]
    fn all(
        _: &Actor,
        int: i64,
        truth: bool,
        text: String,
        version: Option<i64>,
        when: Option<Timestamp>,
        since: Since,
        members: Struct,
    ) -> Result<String> {
        let all: All = (int, truth, text, version, when, since, members);
        Ok(format!(
            "{} {} {} {:?} {:?} {} {}",
            all.0,
            all.1,
            all.2,
            all.3,
            all.4,
            all.5.0,
            all.6.len()
        ))
    }
    fn bytes(_: &Actor, data: Vec<u8>, names: Vec<String>) -> Result<i64> {
        Ok((data.len() + names.len()) as i64)
    }
    let namespace = Namespace::new("t", "Types.")
        .method(
            Method::new("all", all)
                .returns("string")
                .parameters(&[
                    "int int",
                    "boolean truth",
                    "string text=\"\"",
                    "int version=None",
                    "DateTime when=None",
                    "DateTime since=0",
                    "struct members={}",
                ])
                .signatures(&["string,int,boolean,string,int,DateTime,DateTime,struct"]),
        )
        .method(
            Method::new("bytes", bytes)
                .returns("int")
                .parameters(&["Binary data", "array names"]),
        );
    Registry::new([namespace]).unwrap()
}

#[test]
fn arguments_are_converted_as_leniently_as_by_the_plugin() {
    let (registry, env) = (types(), world());
    let check = |arguments: Vec<Value>, expected: &str| {
        let result = registry
            .call(&env.actor("joe"), "t.all", arguments)
            .unwrap();
        assert_eq!(result, Output::Value(expected.into()));
    };
    let epoch = "1970-01-01T00:00:00Z";
    check(
        vec![1.into(), true.into()],
        &format!("1 true  None None {epoch} 0"),
    );
    check(
        vec![" 32 ".into(), 0.into()],
        &format!("32 false  None None {epoch} 0"),
    );
    check(
        vec![true.into(), "no".into(), 7.into()],
        &format!("1 true 7 None None {epoch} 0"),
    );
    check(
        vec![Value::Double(4.0), "".into(), "x".into(), "5".into()],
        &format!("4 false x Some(5) None {epoch} 0"),
    );
    let when: Timestamp = "2020-01-02T03:04:05Z".parse().unwrap();
    let dates = vec![
        1.into(),
        Value::Nil,
        "x".into(),
        Value::Nil,
        when.into(),
        when.into(),
        Value::Array(vec![]),
    ];
    check(
        dates,
        "1 false x None Some(2020-01-02T03:04:05Z) 2020-01-02T03:04:05Z 0",
    );
    let none = vec![
        1.into(),
        Value::Nil,
        "x".into(),
        Value::Nil,
        "".into(),
        Value::Nil,
        Value::Nil,
    ];
    check(none, &format!("1 false x None None {epoch} 0"));
}

#[test]
fn a_wrong_argument_is_named() {
    let (registry, env) = (types(), world());
    let check = |method: &str, arguments: Vec<Value>, expected: &str| {
        let (kind, message) = fault_of(registry.call(&env.actor("joe"), method, arguments));
        assert_eq!(
            (kind, message.as_str()),
            (FaultKind::InvalidParams, expected)
        );
    };
    check(
        "t.all",
        vec![],
        "t.all: parameter int is missing: takes 2 to 7 arguments (int, truth, text=\"\", version=None, when=None, since=0, members={}), got 0",
    );
    check(
        "t.bytes",
        vec![Value::Nil; 3],
        "t.bytes: takes 2 arguments (data, names), got 3",
    );
    check(
        "t.all",
        vec!["x".into(), true.into()],
        "t.all: parameter int: expected an int, got a string",
    );
    check(
        "t.all",
        vec![Value::Double(1.5), true.into()],
        "t.all: parameter int: expected an int, got a double",
    );
    check(
        "t.all",
        vec![Value::Double(1e300), true.into()],
        "t.all: parameter int: expected an int, got a double",
    );
    check(
        "t.all",
        vec![Value::Nil, true.into()],
        "t.all: parameter int: expected an int, got nil",
    );
    check(
        "t.all",
        vec![1.into(), true.into(), Struct::default().into()],
        "t.all: parameter text: expected a string, got a struct",
    );
    check(
        "t.all",
        vec![1.into(), true.into(), "".into(), "x".into()],
        "t.all: parameter version: expected an int, got a string",
    );
    check(
        "t.all",
        vec![1.into(), true.into(), "".into(), Value::Nil, 1.into()],
        "t.all: parameter when: expected a DateTime, got an int",
    );
    check(
        "t.bytes",
        vec!["text".into(), Value::Array(vec![])],
        "t.bytes: parameter data: expected a Binary, got a string",
    );
    check(
        "t.bytes",
        vec![Value::Binary(vec![]), 1.into()],
        "t.bytes: parameter names: expected an array, got an int",
    );
    check(
        "t.bytes",
        vec![Value::Binary(vec![]), Value::Array(vec![Value::Nil])],
        "t.bytes: parameter names: expected an array of strings, got an array",
    );
}

#[test]
fn a_missing_result_is_zero() {
    fn nothing(_: &Actor) -> Result<()> {
        Ok(())
    }
    let namespace = Namespace::new("t", "").method(Method::new("nothing", nothing).returns("int"));
    let registry = Registry::new([namespace]).unwrap();
    let result = registry.call(&world().actor("joe"), "t.nothing", vec![]);
    assert_eq!(result, Ok(Output::Value(Value::Int(0))));
}

fn entry(name: &str, params: Vec<Value>) -> Value {
    let mut entry = Struct::default();
    entry.insert("methodName", name);
    entry.insert("params", params);
    entry.into()
}

fn multicall(registry: &Registry, env: &TestEnv, entries: Vec<Value>) -> Vec<Outcome> {
    let result = registry.call(&env.actor("joe"), "system.multicall", vec![entries.into()]);
    let Ok(Output::Outcomes(outcomes)) = result else {
        panic!("{result:?}")
    };
    outcomes
}

#[test]
fn a_call_of_many_that_fails_stops_no_other() {
    let (registry, env) = (builtin(), world());
    let version = || Value::Array(vec![1.into(), 2.into(), 0.into()]);
    let mut nameless = Struct::default();
    nameless.insert("params", Vec::new());
    let outcomes = multicall(
        &registry,
        &env,
        vec![
            entry("system.getAPIVersion", vec![]),
            entry("no.such", vec![]),
            5.into(),
            nameless.into(),
            entry("ticket.component.delete", vec!["x".into()]),
            entry("system.getAPIVersion", vec![]),
        ],
    );
    let kinds: Vec<Option<FaultKind>> = outcomes
        .iter()
        .map(|outcome| outcome.as_ref().err().map(|fault| fault.kind))
        .collect();
    let expected = [
        None,
        Some(FaultKind::MethodNotFound),
        Some(FaultKind::InvalidParams),
        Some(FaultKind::InvalidParams),
        Some(FaultKind::Forbidden),
        None,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(outcomes[5], Ok(version()));
}

/// The calls of a multicall read together, but see what those before them
/// have written, in tables and in what is kept of them.
#[test]
fn a_call_of_many_sees_what_the_others_wrote() {
    TestEnv::each(|env| {
        let env = env.user("joe", ["XML_RPC", "TRAC_ADMIN"]);
        let create = |summary: &str| {
            let attributes = Value::from(Struct::default());
            entry("ticket.create", vec![summary.into(), "".into(), attributes])
        };
        let update = |id: i64| entry("ticket.update", vec![id.into(), "a comment".into()]);
        let get = |id: i64| entry("ticket.get", vec![id.into()]);
        let query = || entry("ticket.query", vec!["summary=new".into()]);
        let components = || entry("ticket.component.getAll", vec![]);
        let entries = vec![
            query(),
            get(1),
            create("new"),
            get(1),
            query(),
            update(1),
            entry("ticket.changeLog", vec![1.into()]),
            components(),
            entry("ticket.component.delete", vec!["component1".into()]),
            components(),
            create("new"),
            query(),
        ];
        let outcomes = multicall(&builtin(), &env, entries);
        let size = |place: usize| {
            let outcome = outcomes[place].as_ref();
            outcome.map_or(99, |value| value.as_array().map_or(1, <[Value]>::len))
        };
        let sizes: Vec<_> = (0..outcomes.len()).map(size).collect();
        assert_eq!(sizes, [0, 99, 1, 4, 1, 4, 1, 2, 1, 1, 1, 2], "{outcomes:?}");
    });
}

#[test]
fn multicalls_nest_but_not_for_ever() {
    let (registry, env) = (builtin(), world());
    let nest = |depth: usize| {
        (0..depth).fold(entry("system.getAPIVersion", vec![]), |inner, _| {
            entry("system.multicall", vec![vec![inner].into()])
        })
    };
    let once = multicall(&registry, &env, vec![nest(1)]);
    assert_eq!(
        format!("{once:?}"),
        "[Ok(Array([Array([Array([Int(1), Int(2), Int(0)])])]))]"
    );
    let deep = format!("{:?}", multicall(&registry, &env, vec![nest(50)]));
    assert!(deep.contains("calls are nested deeper than 8"), "{deep}");
}

/// A request from this machine.
struct Nearby;

impl RequestInfo for Nearby {
    fn peer(&self) -> IpAddr {
        IpAddr::from([127, 0, 0, 1])
    }

    fn header(&self, name: &str) -> Option<&str> {
        (name == "x-made-by").then_some("hand")
    }
}

#[test]
fn no_call_begins_after_its_time() {
    let (registry, env) = (builtin(), world());
    let past = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
    let actor = env.actor("joe").by_request(Arc::new(Nearby), past);
    assert_eq!(actor.request().unwrap().header("x-made-by"), Some("hand"));
    assert_eq!(actor.as_user("ann").deadline(), Some(past));
    let result = registry.call(&actor, "system.getAPIVersion", vec![]);
    assert_eq!(
        fault_of(result).1,
        "system.getAPIVersion: the time for the request is up"
    );
}
