//! The whole API at a glance: a change of it is a change of a file.

use std::fs;
use std::path::Path;

use tracrpc_methods::{Effect, Method, Registry};
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Output, Value};

/// Every method as `surface.txt` has it: what stands on the first line of its
/// help, its permission, whether it reads or writes, its signatures.
///
/// `UPDATE_SURFACE=1 cargo test -p tracrpc-methods surface` writes the file anew.
#[test]
fn the_surface_is_the_one_on_file() {
    let registry = Registry::builtin().unwrap();
    let surface: String = registry.methods().map(describe).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/surface.txt");
    if std::env::var_os("UPDATE_SURFACE").is_some() {
        fs::write(&path, &surface).unwrap();
    }
    assert_eq!(surface, fs::read_to_string(&path).unwrap());
}

fn describe(method: &Method) -> String {
    let permission = method.required_permission().unwrap_or("-");
    let effect = method.effect().name();
    let signatures = method.all_signatures().join(" | ");
    format!(
        "{}\n    {permission}, {effect}\n    {signatures}\n",
        method.prototype()
    )
}

/// A method that is added and says nothing counts as one that writes; these say that they do
/// not, and what they are called agrees.
#[test]
fn what_only_reads_is_called_so() {
    let asks = [
        "changeLog",
        "get",
        "list",
        "query",
        "method",
        "perform",
        "problems",
        "wikiTo",
    ];
    for method in Registry::builtin().unwrap().methods() {
        let last = method.name().rsplit('.').next().unwrap();
        let is_asking = last == "multicall" || asks.iter().any(|word| last.starts_with(word));
        assert_eq!(method.effect() == Effect::Reads, is_asking, "{last}");
    }
}

#[test]
fn every_method_is_documented() {
    for method in Registry::builtin().unwrap().methods() {
        assert!(method.documentation().len() > 10, "{}", method.name());
        assert!(
            method
                .help()
                .starts_with(&format!("{}\n\n", method.prototype()))
        );
    }
}

/// `system.listMethods` names those of Trac's plugin in its order, and ours after them where
/// `trac.ini` says so.
#[test]
fn methods_are_listed_in_the_order_of_tracs_plugin() {
    let expected: Vec<&str> = include_str!("../order.txt").lines().collect();
    assert_eq!(expected.len(), 79);
    let listed = |world: TestEnv| {
        let world = world.user("joe", ["XML_RPC"]);
        let registry = Registry::builtin().unwrap();
        let listed = registry.call(&world.actor("joe"), "system.listMethods", vec![]);
        let Ok(Output::Value(Value::Array(names))) = listed else {
            panic!("{listed:?}");
        };
        let names = names.iter().map(|name| name.as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(listed(TestEnv::new()), expected);
    let all = listed(TestEnv::new().config("tracrpc", "list_all_methods", "enabled"));
    let registry = Registry::builtin().unwrap();
    let every: Vec<&str> = registry.methods().map(Method::name).collect();
    assert_eq!(all, every);
    assert_eq!(all[..79], expected);
    assert!(all.contains(&"plugin.list".to_owned()));
}
