//! Rows that fit their functions, and rows that do not.

use tracrpc_env::{Actor, Result};
use tracrpc_methods::{Method, Namespace, Registry, RegistryError, builtin};
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Output, Value};

fn greet(actor: &Actor, greeting: String) -> Result<String> {
    Ok(format!("{greeting}, {}", actor.authname()))
}

fn hello(method: Method) -> Namespace {
    Namespace::new("hello", "Greetings.").method(method)
}

fn row() -> Method {
    Method::new("greet", greet)
        .signatures(&["string", "string,string"])
        .parameters(&["greeting=\"Good morning\""])
}

#[test]
fn an_extension_registers_through_the_same_door() {
    let registry = Registry::new(builtin().into_iter().chain([hello(row())])).unwrap();
    let env = TestEnv::new().user("joe", ["XML_RPC"]);
    let call = |arguments| {
        registry
            .call(&env.actor("joe"), "hello.greet", arguments)
            .unwrap()
    };
    assert_eq!(call(vec![]), Output::Value("Good morning, joe".into()));
    assert_eq!(call(vec!["Hi".into()]), Output::Value("Hi, joe".into()));
    let method = registry.method("hello.greet").unwrap();
    assert_eq!(
        method.prototype(),
        "string hello.greet(string greeting=\"Good morning\")"
    );
    let listed = registry
        .call(&env.actor("joe"), "system.listMethods", vec![])
        .unwrap();
    let Output::Value(Value::Array(listed)) = listed else {
        panic!("{listed:?}")
    };
    assert!(listed.contains(&"hello.greet".into()));
}

#[test]
fn mistakes_in_rows_are_found_at_start() {
    let check = |namespaces: Vec<Namespace>, expected: &str| {
        let error: RegistryError = Registry::new(namespaces).err().unwrap();
        assert_eq!(error.to_string(), expected);
    };
    check(
        vec![hello(row()), hello(row())],
        "two methods have the name `hello.greet`",
    );
    check(
        vec![hello(row()).method(row())],
        "two methods have the name `hello.greet`",
    );
    check(
        vec![hello(row().parameters(&[]))],
        "the row of method `hello.greet` is wrong: 0 parameters are declared, the function takes 1",
    );
    check(
        vec![hello(row().signatures(&["string"]))],
        "the row of method `hello.greet` is wrong: no signature has the types of all 1 parameters",
    );
    check(
        vec![hello(row().parameters(&["greeting=what"]))],
        "the row of method `hello.greet` is wrong: cannot read the default of `greeting=what`",
    );
}
