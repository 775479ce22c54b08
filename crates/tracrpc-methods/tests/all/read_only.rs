//! Environments that may only be read.

use std::sync::{Arc, Mutex};

use tracrpc_env::Extensions;
use tracrpc_methods::{Effect, Layer, Next, ReadOnly, Refused, Registry};
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Fault, FaultKind, Output, Struct, Value};

/// The methods of an environment, with `add` among its extensions.
fn registry(world: &TestEnv, add: impl FnOnce(&mut Extensions)) -> Arc<Registry> {
    let mut extensions = tracrpc_site::builtin();
    add(&mut extensions);
    tracrpc_methods::register(&mut extensions);
    let env = world.actor("joe").env().clone();
    env.replace_extensions(extensions);
    Registry::of(&env)
}

fn entry(method: &str, params: Vec<Value>) -> Value {
    let mut entry = Struct::default();
    entry.insert("methodName", method);
    entry.insert("params", Value::Array(params));
    entry.into()
}

/// No method that writes gets as far as to look at its arguments, alone or in a multicall.
#[test]
fn every_method_that_writes_is_refused_and_no_other() {
    let check = |world: TestEnv, add: fn(&mut Extensions), is_read_only: bool| {
        let world = world.user("joe", ["TRAC_ADMIN"]);
        let registry = registry(&world, add);
        let actor = world.actor("joe");
        for method in registry.methods() {
            let wanted = is_read_only && method.effect() == Effect::Writes;
            let is_it = |fault: &Fault| {
                fault.kind == FaultKind::Forbidden && fault.message.contains("read only")
            };
            let given = vec![Value::Nil; 9];
            let alone = registry.call(&actor, method.name(), given.clone());
            assert_eq!(alone.is_err_and(|f| is_it(&f)), wanted, "{}", method.name());
            let calls = vec![Value::Array(vec![entry(method.name(), given)])];
            let Ok(Output::Outcomes(outcomes)) = registry.call(&actor, "system.multicall", calls)
            else {
                panic!("{}", method.name());
            };
            let inner = outcomes[0].as_ref().err();
            assert_eq!(inner.is_some_and(is_it), wanted, "{}", method.name());
        }
    };
    check(TestEnv::new(), |_| {}, false);
    let closed = || TestEnv::new().config("tracrpc", "read_only", "enabled");
    check(closed(), |_| {}, true);
    let everywhere = |extensions: &mut Extensions| {
        extensions.add(Arc::new(ReadOnly));
    };
    check(TestEnv::new(), everywhere, true);
}

/// Hears of what is called and what is not.
#[derive(Default)]
struct Ear(Mutex<Vec<String>>);

impl Layer for Ear {
    fn around(&self, next: Next<'_>) -> Result<Output, Fault> {
        self.0.lock().unwrap().push(next.method().name().to_owned());
        next.run()
    }

    fn refused(&self, refused: &Refused<'_>) {
        let within = if refused.is_inner { " within" } else { "" };
        let note = format!("not {}{within}: {:?}", refused.method, refused.fault.kind);
        self.0.lock().unwrap().push(note);
    }
}

#[test]
fn layers_hear_of_calls_that_are_not_made() {
    let world = TestEnv::new().user("joe", ["XML_RPC"]);
    let ear = Arc::new(Ear::default());
    let layer: Arc<dyn Layer> = Arc::clone(&ear) as _;
    let registry = registry(&world, |extensions| {
        extensions.add(layer);
    });
    let heard = |user: &str, name: &str, arguments: Vec<Value>| {
        let _ = registry.call(&world.actor(user), name, arguments);
        std::mem::take(&mut *ear.0.lock().unwrap())
    };
    assert_eq!(
        heard("ann", "wiki.getAllPages", vec![]),
        ["not wiki.getAllPages: Forbidden"]
    );
    assert_eq!(
        heard("joe", "no.method", vec![]),
        ["not no.method: MethodNotFound"]
    );
    let odd = entry("wiki.getAllPages", vec![]);
    let mut without = odd.clone();
    if let Value::Struct(members) = &mut without {
        members.insert("params", 1);
    }
    let calls = vec![5.into(), entry("no.method", vec![]), without, odd];
    assert_eq!(
        heard("joe", "system.multicall", vec![Value::Array(calls)]),
        [
            "system.multicall",
            "not  within: InvalidParams",
            "not no.method within: MethodNotFound",
            "not wiki.getAllPages within: InvalidParams",
            "wiki.getAllPages",
        ]
    );
}
