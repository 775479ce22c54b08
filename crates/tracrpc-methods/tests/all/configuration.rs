//! What a configuration takes away, and what a broken option costs.

use tracrpc_env::config::store;
use tracrpc_methods::Registry;
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Fault, FaultKind, Output, Struct, Value};

struct World {
    env: TestEnv,
    registry: Registry,
}

impl World {
    fn new() -> Self {
        Self {
            env: TestEnv::new().user("joe", ["XML_RPC", "TRAC_ADMIN"]),
            registry: Registry::builtin().unwrap(),
        }
    }

    fn set(&self, section: &str, option: &str, value: &str) {
        let config = self.env.env().config();
        store::edit(config.path(), |editor| editor.set(section, option, value)).unwrap();
    }

    fn call(&self, method: &str, arguments: Vec<Value>) -> Result<Output, Fault> {
        self.registry
            .call(&self.env.actor("joe"), method, arguments)
    }

    fn methods(&self) -> Vec<String> {
        let Output::Value(Value::Array(names)) = self.call("system.listMethods", vec![]).unwrap()
        else {
            panic!("no list");
        };
        names
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }
}

#[test]
fn a_component_that_is_off_has_no_methods() {
    for (rule, gone) in [
        ("tracrpc.wiki.WikiRPC", "wiki."),
        ("tracrpc.wiki.*", "wiki."),
        ("tracrpc.ticket.milestonerpc", "ticket.milestone."),
        ("tracrpc.ticket.*", "ticket."),
        ("tracrpc.search.*", "search."),
    ] {
        let world = World::new();
        let all = world.methods();
        world.set("components", rule, "disabled");
        let expected: Vec<_> = all.iter().filter(|name| !name.starts_with(gone)).collect();
        assert_eq!(
            world.methods().iter().collect::<Vec<_>>(),
            expected,
            "{rule}"
        );
        let one = all.iter().find(|name| name.starts_with(gone)).unwrap();
        let fault = world.call(one, vec![]).unwrap_err();
        assert_eq!(fault.kind, FaultKind::MethodNotFound, "{rule}: {one}");
        let help = world.call("system.methodHelp", vec![one.as_str().into()]);
        assert_eq!(
            help.unwrap_err().kind,
            FaultKind::MethodNotFound,
            "{rule}: {one}"
        );
        world.set("components", rule, "enabled");
        world.set("components", "tracrpc.*", "enabled");
        assert_eq!(world.methods(), all, "{rule}");
    }
}

#[test]
fn without_the_plugin_a_setting_decides() {
    let world = World::new();
    let may = || {
        world
            .call("system.getAPIVersion", vec![])
            .map(drop)
            .map_err(|fault| fault.kind)
    };
    assert_eq!(may(), Ok(()));
    world.set("tracrpc", "serve_without_plugin", "disabled");
    assert_eq!(may(), Err(FaultKind::Forbidden));
    world.set("components", "tracrpc.*", "enabled");
    assert_eq!(may(), Ok(()));
    world.set("components", "tracrpc.*", "disabled");
    world.set("tracrpc", "serve_without_plugin", "enabled");
    assert_eq!(may(), Err(FaultKind::Forbidden));
}

#[test]
fn a_broken_option_costs_what_needs_it() {
    let world = World::new();
    let create = || {
        let arguments = vec!["s".into(), "d".into(), Value::Struct(Struct::default())];
        world.call("ticket.create", arguments)
    };
    create().unwrap();
    let check =
        |option: (&str, &str), method: &str, arguments: Vec<Value>, expected: Result<(), &str>| {
            let (section, name) = option;
            let config = world.env.env().config();
            let before = config.get(section, name).unwrap_or_default().to_owned();
            world.set(section, name, "x");
            let answer = world
                .call(method, arguments)
                .map(drop)
                .map_err(|fault| fault.message);
            assert_eq!(
                answer,
                expected.map_err(str::to_owned),
                "[{section}] {name}: {method}"
            );
            world.set(section, name, &before);
        };
    let comment = ("ticket", "max_comment_size");
    let expected = "[ticket] max_comment_size: expected integer, got 'x'";
    check(comment, "ticket.get", vec![1.into()], Ok(()));
    check(comment, "ticket.query", vec![], Ok(()));
    check(comment, "ticket.getActions", vec![1.into()], Ok(()));
    // Without an action nothing is validated, as in the original.
    check(comment, "ticket.update", vec![1.into(), "c".into()], Ok(()));
    let mut leave = Struct::default();
    leave.insert("action", Value::from("leave"));
    check(
        comment,
        "ticket.update",
        vec![1.into(), "c".into(), Value::Struct(leave)],
        Err(expected),
    );
    let page = ("query", "items_per_page");
    let expected = "[query] items_per_page: expected integer, got 'x'";
    check(page, "ticket.get", vec![1.into()], Ok(()));
    check(page, "ticket.query", vec!["max=1".into()], Err(expected));
    check(
        page,
        "wiki.wikiToHtml",
        vec!["query:status=new".into()],
        Err(expected),
    );
    check(
        page,
        "wiki.wikiToHtml",
        vec!["[[TicketQuery()]]".into()],
        Ok(()),
    );
    let workflow = ("ticket", "workflow");
    let expected = "Cannot find implementation(s) of the <code>ITicketActionController</code> interface named \
                    <code>x</code>. Please check that the Component is enabled or update the option \
                    <code>[ticket] workflow</code> in trac.ini.";
    check(workflow, "wiki.getAllPages", vec![], Ok(()));
    check(workflow, "ticket.getActions", vec![1.into()], Err(expected));
}
