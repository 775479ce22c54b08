//! The whole API at a glance: a change of it is a change of a file.

use std::fs;
use std::path::Path;

use tracrpc_methods::{Method, Registry};

/// Every method as `surface.txt` has it: what stands on the first line of its
/// help, its signatures, its permission.
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
    assert_eq!(registry.methods().count(), 79);
}

fn describe(method: &Method) -> String {
    let permission = method.required_permission().unwrap_or("-");
    let signatures = method.all_signatures().join(" | ");
    format!(
        "{}\n    {permission}\n    {signatures}\n",
        method.prototype()
    )
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

#[test]
fn methods_are_listed_in_the_order_of_tracs_plugin() {
    let registry = Registry::builtin().unwrap();
    let names: Vec<&str> = registry.methods().map(Method::name).collect();
    let expected: Vec<&str> = include_str!("../order.txt").lines().collect();
    assert_eq!(names, expected);
}
