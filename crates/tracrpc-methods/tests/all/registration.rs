//! Rows that fit their functions, and rows that do not.

use std::sync::{Arc, Mutex};

use tracrpc_env::{Actor, Result};
use tracrpc_methods::{Layer, Method, Namespace, Next, Registry, RegistryError, Scope, builtin};
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Fault, FaultKind, Output, Struct, Value};

fn greet(actor: &Actor, greeting: String) -> Result<String> {
    Ok(format!("{greeting}, {}", actor.authname()))
}

fn hello(method: Method) -> Namespace {
    Namespace::new("hello", "Greetings.").method(method)
}

fn row() -> Method {
    Method::new("greet", greet)
        .returns("string")
        .parameters(&["string greeting=\"Good morning\""])
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
        vec![hello(row().parameters(&["string greeting=what"]))],
        "the row of method `hello.greet` is wrong: cannot read the default of `greeting=what`",
    );
    check(
        vec![hello(row().parameters(&["greeting=\"Hi\""]))],
        "the row of method `hello.greet` is wrong: `greeting=\"Hi\"` does not begin with a type",
    );
    check(
        vec![hello(row().returns(""))],
        "the row of method `hello.greet` is wrong: it does not say what it returns",
    );
}

/// The sum of numbers, as a plugin would export it: known when the program runs.
fn sum() -> Method {
    let function = |_: &Scope<'_>, arguments: Vec<Value>| {
        let [Value::Int(first), Value::Array(rest)] = arguments.as_slice() else {
            return Err(Fault::invalid_params(format!("{arguments:?}")));
        };
        let rest = rest.iter().map(|value| match value {
            Value::Int(number) => *number,
            _ => 0,
        });
        Ok(Output::Value((first + rest.sum::<i64>()).into()))
    };
    Method::dynamic("sum".to_owned(), function)
        .returns("int")
        .parameters(&["int first=10", "array rest"])
        .rest()
        .permission("TICKET_VIEW".to_owned())
}

#[test]
fn methods_can_be_dynamic_and_take_any_number_of_arguments() {
    let registry = Registry::new([hello(sum())]).unwrap();
    let env = TestEnv::new().user("joe", ["XML_RPC", "TICKET_VIEW"]);
    let call = |arguments| registry.call(&env.actor("joe"), "hello.sum", arguments);
    for (arguments, expected) in [
        (vec![], 10),
        (vec![1.into()], 1),
        (vec![1.into(), 2.into(), 3.into()], 6),
    ] {
        assert_eq!(call(arguments), Ok(Output::Value(Value::Int(expected))));
    }
    let method = registry.method("hello.sum").unwrap();
    assert_eq!(
        method.prototype(),
        "int hello.sum(int first=10, array rest)"
    );
    assert_eq!(method.all_signatures(), ["int", "int,int", "int,int,array"]);
    let fault = registry.call(&env.actor("anonymous"), "hello.sum", vec![]);
    assert_eq!(fault.unwrap_err().kind, FaultKind::Forbidden);
}

#[test]
fn arguments_can_be_given_by_name() {
    let by_name = |scope: &Scope<'_>, method: String, arguments: Struct| {
        scope.call_by_name(&method, arguments)
    };
    let namespace = hello(row()).method(sum()).method(
        Method::new("by_name", by_name)
            .returns("array")
            .parameters(&["string method", "struct arguments"]),
    );
    let registry = Registry::new([namespace]).unwrap();
    let env = TestEnv::new().user("joe", ["XML_RPC", "TICKET_VIEW"]);
    let call = |method: &str, arguments: &[(&str, Value)]| {
        let mut named = Struct::default();
        for (name, value) in arguments {
            named.insert(*name, value.clone());
        }
        let arguments = vec![method.into(), named.into()];
        registry.call(&env.actor("joe"), "hello.by_name", arguments)
    };
    let value = |value: Value| Ok(Output::Value(value));
    let rest = Value::Array(vec![2.into(), 3.into()]);
    assert_eq!(call("hello.greet", &[]), value("Good morning, joe".into()));
    assert_eq!(
        call("hello.greet", &[("greeting", "Hi".into())]),
        value("Hi, joe".into())
    );
    assert_eq!(call("hello.sum", &[("rest", rest)]), value(15.into()));
    let refused = |outcome: Result<Output, Fault>| outcome.unwrap_err().message;
    assert_eq!(
        refused(call("hello.greet", &[("name", "x".into())])),
        "hello.greet: there is no parameter name"
    );
    assert_eq!(
        refused(call("hello.by_name", &[("method", "x".into())])),
        "hello.by_name: parameter arguments is missing"
    );
}

/// Notes what passes through it.
struct Notes(&'static str, Arc<Mutex<Vec<String>>>);

impl Layer for Notes {
    fn around(&self, next: Next<'_>) -> Result<Output, Fault> {
        let inner = if next.is_inner() { " within" } else { "" };
        let note = format!("{} {}{inner}", self.0, next.method().name());
        self.1.lock().unwrap().push(note);
        match next.arguments() {
            [Value::String(text)] if text == "forbidden" => Err(Fault::forbidden("not that")),
            _ => next.run(),
        }
    }
}

#[test]
fn an_environment_has_the_methods_and_layers_of_its_extensions() {
    let env = TestEnv::new().user("joe", ["XML_RPC"]);
    let notes = Arc::new(Mutex::new(Vec::new()));
    let env = env.actor("joe").env().clone();
    let mut extensions = tracrpc_site::builtin();
    tracrpc_methods::register(&mut extensions);
    extensions.add(Arc::new(hello(row())));
    extensions.add(Arc::new(hello(row())));
    extensions.add::<dyn Layer>(Arc::new(Notes("outer", notes.clone())));
    extensions.add::<dyn Layer>(Arc::new(Notes("inner", notes.clone())));
    let before = Registry::of(&env);
    assert!(before.method("hello.greet").is_none());
    env.replace_extensions(extensions);
    let registry = Registry::of(&env);
    assert!(Arc::ptr_eq(&registry, &Registry::of(&env)));
    let problems: Vec<_> = registry
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(problems, ["two methods have the name `hello.greet`"]);
    let actor = env.actor("joe", "");
    let forbidden = registry.call(&actor, "hello.greet", vec!["forbidden".into()]);
    assert_eq!(forbidden.unwrap_err().message, "not that");
    let mut entry = Struct::default();
    entry.insert("methodName", "hello.greet");
    entry.insert("params", Value::Array(vec!["Hi".into()]));
    let calls = vec![Value::Array(vec![entry.into()])];
    registry.call(&actor, "system.multicall", calls).unwrap();
    assert_eq!(
        *notes.lock().unwrap(),
        [
            "outer hello.greet",
            "outer system.multicall",
            "inner system.multicall",
            "outer hello.greet within",
            "inner hello.greet within",
        ]
    );
}
