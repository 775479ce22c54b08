//! What a login is good for, call by call; and the tokens that a user makes.

use tracrpc_env::time::now;
use tracrpc_env::{Actor, Identity, TokenLogin};
use tracrpc_methods::Registry;
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Fault, FaultKind, Output, Value};

fn env() -> TestEnv {
    TestEnv::new().user("joe", ["TRAC_ADMIN"]).user(
        "ann",
        ["XML_RPC", "WIKI_VIEW", "WIKI_MODIFY", "WIKI_CREATE"],
    )
}

/// A user by a login that is good for these scopes, all that they may do if there are none.
fn by_login(env: &TestEnv, user: &str, scopes: &str) -> Actor {
    let scopes = (!scopes.is_empty()).then(|| scopes.parse().unwrap());
    let identity = Identity::new(user, "test").within(scopes);
    env.actor(user).logged_in(Some(identity))
}

fn call(actor: &Actor, method: &str, args: &[Value]) -> Result<Value, Fault> {
    match Registry::builtin()
        .unwrap()
        .call(actor, method, args.to_vec())?
    {
        Output::Value(value) => Ok(value),
        Output::Outcomes(outcomes) => Ok(outcomes
            .into_iter()
            .map(|outcome| match outcome {
                Ok(value) => value,
                Err(fault) => Value::from(format!("{:?}", fault.kind)),
            })
            .collect()),
    }
}

fn texts(args: &[&str]) -> Vec<Value> {
    args.iter().map(|arg| Value::from(*arg)).collect()
}

/// The scope that a refusal names; none if the call was made.
fn missing(actor: &Actor, method: &str, args: &[Value]) -> Option<String> {
    let fault = call(actor, method, args).err()?;
    if fault.kind != FaultKind::Forbidden {
        return None;
    }
    let (_, scope) = fault
        .message
        .split_once("needs the scope ")
        .unwrap_or_else(|| panic!("{}", fault.message));
    Some(scope.trim_end_matches('.').to_owned())
}

fn field<'a>(row: &'a Value, name: &str) -> &'a Value {
    row.as_struct().unwrap().get(name).unwrap()
}

#[test]
fn scopes_bound_each_call() {
    let env = env();
    let page = [
        Value::from("A"),
        Value::from("text"),
        Value::Struct(Default::default()),
    ];
    let check = |scopes: &str, method: &str, args: &[Value], expected: Option<&str>| {
        let actor = by_login(&env, "joe", scopes);
        let missing = missing(&actor, method, args);
        assert_eq!(missing.as_deref(), expected, "{scopes}: {method}");
    };
    check("", "wiki.putPage", &page, None);
    check("", "plugin.list", &[], None);
    check("read", "wiki.getAllPages", &[], None);
    check("read", "wiki.putPage", &page, Some("write"));
    check("read", "plugin.list", &[], Some("admin"));
    check(
        "read",
        "ticket.component.delete",
        &texts(&["component1"]),
        Some("admin"),
    );
    check("write", "wiki.putPage", &page, None);
    check("write", "plugin.list", &[], Some("admin"));
    check(
        "write",
        "ticket.component.delete",
        &texts(&["component1"]),
        Some("admin"),
    );
    check(
        "admin",
        "ticket.component.delete",
        &texts(&["component1"]),
        None,
    );
    check("admin", "plugin.list", &[], None);
    check(
        "read namespace:ticket",
        "ticket.component.getAll",
        &[],
        None,
    );
    check(
        "read namespace:ticket",
        "wiki.getAllPages",
        &[],
        Some("namespace:wiki"),
    );
    check(
        "admin namespace:ticket",
        "plugin.list",
        &[],
        Some("namespace:plugin"),
    );
    check(
        "read namespace:ticket.component",
        "ticket.query",
        &[],
        Some("namespace:ticket"),
    );
    check("read namespace:ticket", "system.listMethods", &[], None);
}

/// Whatever is added to the API: what writes takes `write`, what takes an administrator `admin`.
#[test]
fn no_method_is_left_out() {
    let env = env();
    let registry = Registry::builtin().unwrap();
    let (reader, writer) = (
        by_login(&env, "joe", "read"),
        by_login(&env, "joe", "write"),
    );
    let stranger = by_login(&env, "joe", "admin namespace:nothing");
    let mut counts = [0; 3];
    for method in registry.methods() {
        let name = method.name();
        let is_for_admins = method
            .required_permission()
            .is_some_and(|action| action.ends_with("_ADMIN"));
        if is_for_admins {
            counts[0] += 1;
            for actor in [&reader, &writer] {
                assert_eq!(
                    missing(actor, name, &[]).as_deref(),
                    Some("admin"),
                    "{name}"
                );
            }
        } else if method.effect().name() == "writes" {
            counts[1] += 1;
            assert_eq!(
                missing(&reader, name, &[]).as_deref(),
                Some("write"),
                "{name}"
            );
        }
        if !name.starts_with("system.") {
            counts[2] += 1;
            let missing = missing(&stranger, name, &[]);
            assert!(
                missing.is_some_and(|scope| scope.starts_with("namespace:")),
                "{name}"
            );
        }
    }
    assert!(counts.iter().all(|count| *count > 10), "{counts:?}");
}

#[test]
fn calls_within_a_multicall_are_bounded_as_well() {
    let env = env();
    let entry = |method: &str, params: Vec<Value>| {
        let mut entry = tracrpc_wire::Struct::new();
        entry.insert("methodName", method);
        entry.insert("params", Value::Array(params));
        Value::from(entry)
    };
    let put = || {
        entry(
            "wiki.putPage",
            vec!["A".into(), "text".into(), Value::Struct(Default::default())],
        )
    };
    let within = entry("system.multicall", vec![Value::Array(vec![put()])]);
    let calls = [Value::Array(vec![
        entry("system.getAPIVersion", vec![]),
        put(),
        entry("plugin.list", vec![]),
        within,
    ])];
    let outcomes = call(&by_login(&env, "joe", "read"), "system.multicall", &calls).unwrap();
    let outcomes = outcomes.as_array().unwrap();
    assert_eq!(outcomes[0].as_array().unwrap().len(), 3);
    assert_eq!(outcomes[1], "Forbidden".into());
    assert_eq!(outcomes[2], "Forbidden".into());
    let inner = &outcomes[3].as_array().unwrap()[0];
    assert!(
        format!("{inner:?}").contains("needs the scope write"),
        "{inner:?}"
    );
    let pages = call(&env.actor("joe"), "wiki.getAllPages", &[]).unwrap();
    assert!(!pages.as_array().unwrap().contains(&"A".into()));
}

#[test]
fn what_takes_an_administrator_is_not_allowed_within_a_call_either() {
    let env = env();
    let can =
        |scopes: &str, action: &str| by_login(&env, "joe", scopes).can_anywhere(action).unwrap();
    for action in ["TRAC_ADMIN", "WIKI_ADMIN", "PERMISSION_GRANT"] {
        assert!(can("", action) && can("admin", action), "{action}");
        assert!(!can("write", action) && !can("read", action), "{action}");
    }
    assert!(can("read", "WIKI_DELETE"), "of that the methods are");
    let reach = by_login(&env, "joe", "write")
        .reach("WIKI_ADMIN", "wiki")
        .unwrap();
    assert_eq!(reach, tracrpc_env::Reach::Nothing);
}

#[test]
fn users_make_list_and_revoke_their_tokens() {
    let env = env();
    let (ann, joe) = (env.actor("ann"), env.actor("joe"));
    let made = call(&ann, "user.tokens.create", &texts(&["ci", "read", "30d"])).unwrap();
    let id = field(&made, "id").clone();
    assert!(field(&made, "token").as_str().unwrap().starts_with("trpc_"));
    assert_eq!(field(&made, "scopes"), &"read".into());
    let listed = call(&ann, "user.tokens.list", &[]).unwrap();
    let [row] = listed.as_array().unwrap() else {
        panic!("{listed:?}")
    };
    assert_eq!(field(row, "id"), &id);
    assert_eq!(field(row, "used"), &Value::Int(0));
    assert!(row.as_struct().unwrap().get("token").is_none());
    let forbidden = |actor: &Actor, method, args: &[Value]| {
        assert_eq!(
            call(actor, method, args).unwrap_err().kind,
            FaultKind::Forbidden,
            "{method}"
        );
    };
    forbidden(&ann, "user.tokens.list", &texts(&["joe"]));
    forbidden(&ann, "user.tokens.list", &texts(&["*"]));
    forbidden(
        &ann,
        "user.tokens.create",
        &texts(&["ci", "read", "", "joe"]),
    );
    let count = |actor, user: &str| {
        let listed = call(actor, "user.tokens.list", &texts(&[user])).unwrap();
        listed.as_array().unwrap().len()
    };
    assert_eq!(
        (count(&joe, "ann"), count(&joe, ""), count(&joe, "*")),
        (1, 0, 1)
    );
    let joes = call(&joe, "user.tokens.create", &texts(&["x", "admin", "never"])).unwrap();
    assert_eq!(field(&joes, "expires"), &Value::Int(0));
    let not_hers = call(&ann, "user.tokens.revoke", &[field(&joes, "id").clone()]).unwrap_err();
    assert_eq!(not_hers.kind, FaultKind::NotFound);
    let for_ann = call(
        &joe,
        "user.tokens.create",
        &texts(&["by joe", "read", "", "ann"]),
    )
    .unwrap();
    assert_eq!(field(&for_ann, "user"), &"ann".into());
    assert_eq!(call(&ann, "user.tokens.revoke", &[id]), Ok(true.into()));
    assert_eq!(
        call(&joe, "user.tokens.revoke", &[field(&for_ann, "id").clone()]),
        Ok(true.into())
    );
    assert_eq!(count(&joe, "*"), 1);
}

#[test]
fn who_is_nobody_in_particular_has_no_tokens() {
    let env = env().user("anonymous", ["TRAC_ADMIN"]);
    let anonymous = env.actor("anonymous");
    for (method, args) in [
        ("list", texts(&[])),
        ("list", texts(&["joe"])),
        ("create", texts(&["x", "read"])),
        ("create", texts(&["x", "read", "", "joe"])),
        ("revoke", texts(&["x"])),
    ] {
        let fault = call(&anonymous, &format!("user.tokens.{method}"), &args).unwrap_err();
        assert_eq!(
            fault.kind,
            FaultKind::Forbidden,
            "{method}: {}",
            fault.message
        );
    }
}

#[test]
fn a_token_makes_none_that_is_good_for_more_or_longer() {
    let env = env();
    let create = |actor: &Actor, scopes: &str, expires: &str| {
        let name = format!("{scopes} {expires}").trim().to_owned();
        call(
            actor,
            "user.tokens.create",
            &texts(&[&name, scopes, expires]),
        )
    };
    let check = |own: &str, scopes: &str, expected: bool| {
        let made = create(
            &by_login(&env, "joe", own),
            scopes,
            &format!("{}d", own.len() + 1),
        );
        assert_eq!(made.is_ok(), expected, "{scopes} by {own}: {made:?}");
    };
    check("read", "read", false);
    check("write", "write", true);
    check("write", "read namespace:wiki", true);
    check("write", "admin", false);
    check("admin", "admin", true);
    check("write namespace:user", "write namespace:user", true);
    check("write namespace:user", "read", false);
    check("write namespace:wiki", "read namespace:wiki", false);

    let end = now().checked_add(3_600_000_000).unwrap();
    let identity = Identity::new("joe", "token").by_token(TokenLogin {
        id: "x".to_owned(),
        expires: Some(end),
    });
    let joe = env
        .actor("joe")
        .logged_in(Some(identity.within(Some("write".parse().unwrap()))));
    let made = create(&joe, "read", "").unwrap();
    assert_eq!(field(&made, "expires"), &Value::DateTime(end));
    assert!(create(&joe, "write", "never").is_err());
    assert!(create(&joe, "write", "2h").is_err());
    let end = end.checked_add(-60_000_000).unwrap();
    let args = [Value::from("by date"), "read".into(), Value::DateTime(end)];
    let made = call(&joe, "user.tokens.create", &args).unwrap();
    assert_eq!(field(&made, "expires"), &Value::DateTime(end));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let env = env();
    for args in [
        ["", "read", ""],
        ["x", "", ""],
        ["x", "namespace:wiki", ""],
        ["x", "everything", ""],
        ["x", "read", "yesterday"],
        ["x", "read", "2020-01-01"],
    ] {
        let fault = call(&env.actor("ann"), "user.tokens.create", &texts(&args)).unwrap_err();
        assert_eq!(
            fault.kind,
            FaultKind::Application,
            "{args:?}: {}",
            fault.message
        );
    }
}
