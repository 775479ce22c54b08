//! Plugins as who administers an environment sees them and switches them.

use tracrpc_client::{Struct, Value};

use crate::site::{Site, config, environment, text};
use crate::support::eventually;

fn plugin(site: &Site, name: &str) -> Struct {
    let plugin = site.ok("plugin.get", vec![name.into()]);
    plugin.as_struct().unwrap().clone()
}

fn process(site: &Site) -> Struct {
    let plugin = plugin(site, "demo");
    plugin.get("process").unwrap().as_struct().unwrap().clone()
}

fn number(row: &Struct, name: &str) -> i64 {
    match row.get(name) {
        Some(Value::Int(number)) => *number,
        other => panic!("{name}: {other:?}"),
    }
}

/// A site that needs nothing of the plugin to be opened.
fn site(config: tracrpc_plugin::PluginConfig) -> Site {
    let env = environment().config("trac", "permission_policies", "DefaultPermissionPolicy");
    Site::of(env, config)
}

fn page(site: &Site, user: &str) -> String {
    let page = ureq::get(site.url(user, "/login/rpc")).header("Accept", "text/html");
    page.call().unwrap().body_mut().read_to_string().unwrap()
}

#[test]
fn a_program_is_shown_with_its_state_and_what_it_has() {
    let site = site(config());
    site.ok("demo.echo", vec![]);
    let list = site.ok("plugin.list", vec![]);
    let rows = list.as_array().unwrap().iter();
    let rows = rows.map(|row| row.as_struct().unwrap());
    let row = rows
        .into_iter()
        .find(|row| row.get("name") == Some(&"demo".into()));
    let row = row.unwrap();
    for (name, expected) in [
        ("kind", Value::from("process")),
        ("title", "everything".into()),
        ("state", "ready".into()),
        ("enabled", true.into()),
        ("required", false.into()),
    ] {
        assert_eq!(row.get(name), Some(&expected), "{name}");
    }
    let process = process(&site);
    assert!(number(&process, "calls") >= 2 && number(&process, "id") > 0);
    assert!(cfg!(not(target_os = "linux")) || number(&process, "memory") > 100_000);
    assert_eq!(number(&process, "restarts"), 0);
    let plugin = plugin(&site, "demo");
    let has = plugin.get("has").unwrap().as_struct().unwrap();
    let has = |what: &str| has.get(what).unwrap().as_array().unwrap();
    assert!(has("methods").contains(&"demo.echo".into()));
    assert!(has("policies").contains(&"DemoPolicy".into()));
    // A method that is there already was left out.
    let problems = site.ok("plugin.problems", vec![]);
    assert!(format!("{problems:?}").contains("two methods have the name `ticket.get`"));
}

#[test]
fn the_page_shows_it_to_administrators_only() {
    let site = site(config());
    let shown = page(&site, "joe");
    assert!(shown.contains("id=\"Plugins\"") && shown.contains("<td>process</td>"));
    assert!(shown.contains("plugin.restart"));
    assert!(!page(&site, "ann").contains("id=\"Plugins\""));
}

#[test]
fn a_program_is_switched_off_and_on() {
    let site = site(config());
    let switch = |method: &str| site.ok(method, vec!["demo".into()]);
    let demo: Value = vec![Value::from("demo")].into();
    assert_eq!(switch("plugin.disable"), demo);
    assert!(!site.methods().contains(&"demo.echo".to_owned()));
    let (code, _) = site.fault("joe", "demo.echo", vec![]);
    assert_eq!(code, -32601);
    assert_eq!(plugin(&site, "demo").get("enabled"), Some(&false.into()));
    assert_eq!(switch("plugin.disable"), Vec::<Value>::new().into());
    assert_eq!(switch("plugin.enable"), demo);
    assert!(site.methods().contains(&"demo.echo".to_owned()));
    // The same by hand counts with the next request.
    let set = |value: &str| {
        let edit = |editor: &mut tracrpc_env::config::Editor| {
            editor.set("tracrpc", "disabled_plugins", value)
        };
        tracrpc_env::config::store::edit(site.env.env().config().path(), edit).unwrap();
    };
    set("other, demo");
    eventually(|| !site.methods().contains(&"demo.echo".to_owned()));
    set("other");
    eventually(|| site.methods().contains(&"demo.echo".to_owned()));
}

#[test]
fn one_that_the_server_requires_stays_on() {
    let mut required = config();
    required.is_required = true;
    let env = environment()
        .config("trac", "permission_policies", "DefaultPermissionPolicy")
        .config("tracrpc", "disabled_plugins", "demo");
    let site = Site::of(env, required);
    assert!(site.methods().contains(&"demo.echo".to_owned()));
    let (_, message) = site.fault("joe", "plugin.disable", vec!["demo".into()]);
    assert!(message.contains("demo is required"), "{message}");
}

/// Who switches off a plugin whose policy counts shuts all doors, and does not open one.
#[test]
fn without_a_policy_that_is_named_nobody_may_do_anything() {
    let site = Site::new();
    site.ok("wiki.getAllPages", vec![]);
    let (_, message) = site.fault("joe", "plugin.disable", vec!["demo".into()]);
    assert!(
        message.contains("DemoPolicy is among [trac] permission_policies"),
        "{message}"
    );
    // By hand it can be done.
    let edit = |editor: &mut tracrpc_env::config::Editor| {
        editor.set("tracrpc", "disabled_plugins", "demo")
    };
    tracrpc_env::config::store::edit(site.env.env().config().path(), edit).unwrap();
    eventually(|| site.call("joe", "wiki.getAllPages", vec![]).is_err());
    let (_, message) = site.fault("joe", "wiki.getAllPages", vec![]);
    assert!(message.contains("DemoPolicy"), "{message}");
}

#[test]
fn a_restart_is_over_when_it_returns() {
    let site = site(config());
    site.ok("demo.echo", vec![]);
    let before = number(&process(&site), "id");
    assert_eq!(site.ok("plugin.restart", vec!["demo".into()]), true.into());
    let after = process(&site);
    assert_ne!(number(&after, "id"), before);
    assert_eq!(number(&after, "restarts"), 1);
    assert_eq!(
        text(site.ok("demo.echo", vec!["x".into()]).as_array().unwrap()[0].clone()),
        "x"
    );
}

#[test]
fn a_restart_that_fails_says_so_and_shows_why() {
    let mut broken = config();
    broken.settings.command = vec!["/there/is/no/such/program".to_owned()];
    let site = site(broken);
    let (_, message) = site.fault("joe", "plugin.restart", vec!["demo".into()]);
    assert!(
        message.contains("plugin demo is not available"),
        "{message}"
    );
    let shown = plugin(&site, "demo");
    let problems = format!("{:?}", shown.get("problems"));
    assert!(problems.contains("cannot be started"), "{problems}");
    assert!(page(&site, "joe").contains("cannot be started"));
}
