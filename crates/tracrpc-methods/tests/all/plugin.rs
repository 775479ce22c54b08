//! `plugin.*` where there are no plugins but those that are part of this program.

use tracrpc_methods::Registry;
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Fault, FaultKind, Output, Value};

fn call(env: &TestEnv, user: &str, method: &str, args: &[&str]) -> Result<Value, Fault> {
    let args = args.iter().map(|arg| Value::from(*arg)).collect();
    // A request of its own, for that settles on a configuration.
    let env = env.env().for_request(tracrpc_env::WaitBudget::none());
    let actor = env.actor(user, "http://localhost/e");
    match Registry::builtin().unwrap().call(&actor, method, args)? {
        Output::Value(value) => Ok(value),
        other => panic!("{other:?}"),
    }
}

fn env() -> TestEnv {
    TestEnv::new()
        .user("joe", ["TRAC_ADMIN"])
        .user("ann", ["XML_RPC", "TICKET_ADMIN", "WIKI_ADMIN"])
}

fn names(value: &Value) -> Vec<&str> {
    let items = value.as_array().unwrap().iter();
    items
        .map(|item| match item {
            Value::Struct(row) => row.get("name").unwrap().as_str().unwrap(),
            item => item.as_str().unwrap(),
        })
        .collect()
}

#[test]
fn only_administrators_may_call_any_of_them() {
    let env = env();
    let registry = Registry::builtin().unwrap();
    let methods = registry
        .methods()
        .filter(|method| method.name().starts_with("plugin."));
    let mut count = 0;
    for method in methods {
        for user in ["ann", "anonymous"] {
            let fault = call(&env, user, method.name(), &["Trac"]).unwrap_err();
            assert_eq!(
                fault.kind,
                FaultKind::Forbidden,
                "{}: {}",
                method.name(),
                fault.message
            );
        }
        count += 1;
    }
    assert_eq!(count, 6);
}

#[test]
fn what_is_part_of_the_program_is_listed_with_its_components() {
    let env = env();
    let list = call(&env, "joe", "plugin.list", &[]).unwrap();
    assert_eq!(names(&list), ["Trac", "TracXMLRPC"]);
    let plugin = call(&env, "joe", "plugin.get", &["TracXMLRPC"]).unwrap();
    let components = plugin.as_struct().unwrap().get("components").unwrap();
    let components = names(components);
    assert!(components.contains(&"tracrpc.wiki.WikiRPC"));
    assert!(components.iter().all(|name| name.starts_with("tracrpc.")));
    let none = Value::Array(vec![]);
    assert_eq!(call(&env, "joe", "plugin.problems", &[]), Ok(none));
}

/// What was switched is so for the next request, and `trac.ini` is in the end as it was.
#[test]
fn components_are_switched_off_and_on() {
    for written in [None, Some(("tracrpc.*", "enabled"))] {
        let mut env = env();
        if let Some((name, value)) = written {
            env = env.config("components", name, value);
        }
        let switched = |method, name, expected: &[&str]| {
            let changed = call(&env, "joe", method, &[name]).unwrap();
            assert_eq!(names(&changed), expected, "{method} {name}");
        };
        let has = |method: &str| {
            let called = call(&env, "joe", method, &[]);
            !matches!(called, Err(fault) if fault.kind == FaultKind::MethodNotFound)
        };
        let search = "tracrpc.search.SearchRPC";
        switched("plugin.disable", search, &[search]);
        assert!(!has("search.getSearchFilters") && has("ticket.status.getAll"));
        switched("plugin.disable", search, &[]);
        switched("plugin.enable", search, &[search]);
        assert!(has("search.getSearchFilters") && has("ticket.status.getAll"));
        switched(
            "plugin.disable",
            "tracrpc.json_rpc.*",
            &["tracrpc.json_rpc.JsonRpcProtocol"],
        );
        switched(
            "plugin.enable",
            "TracXMLRPC",
            &["tracrpc.json_rpc.JsonRpcProtocol"],
        );
        // Of something optional.
        let policy = "tracopt.perm.authz_policy.AuthzPolicy";
        switched("plugin.enable", policy, &[policy]);
        switched("plugin.disable", policy, &[policy]);
    }
}

#[test]
fn what_cannot_be_done_is_refused() {
    let env = env();
    let refused = |method: &str, name: &str, expected: &str| {
        let fault = call(&env, "joe", method, &[name]).unwrap_err();
        assert!(
            fault.message.contains(expected),
            "{method}: {}",
            fault.message
        );
    };
    for method in [
        "plugin.get",
        "plugin.enable",
        "plugin.disable",
        "plugin.restart",
    ] {
        for name in ["", "*", "none", "none.*", "tracrpc", "tra*"] {
            refused(method, name, "There is no plugin");
        }
    }
    refused("plugin.problems", "none", "There is no plugin none.");
    refused("plugin.disable", "Trac", "Trac is required");
    refused("plugin.disable", "trac.*", "is required");
    refused("plugin.disable", "trac.env.Environment", "is required");
    refused("plugin.restart", "Trac", "no process of its own");
    refused(
        "plugin.disable",
        "trac.perm.DefaultPermissionPolicy",
        "is among [trac]",
    );
}
