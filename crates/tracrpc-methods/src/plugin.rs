//! `plugin.*`: what extends an environment, for who administers it.

use tracrpc_env::plugins::{self, Component, Plugin, Problem, Process};
use tracrpc_env::{Actor, Result};
use tracrpc_wire::{Struct, Value};

use crate::method::{Method, Namespace};
use crate::registry::Scope;

/// The namespace.
pub(crate) fn namespace() -> Namespace {
    let method = |method: Method| method.permission("TRAC_ADMIN");
    Namespace::new(
        "plugin",
        "What extends the environment: Trac's own components, programs that the server runs, and \
         the plugins of Trac that those run.",
    )
    .beyond_trac()
    .method(method(
        Method::new("list", list).reads().returns("array").doc(
            "All plugins, a struct each: `name`, `kind` (`native` for a part of this program, \
             `process` for a program that the server runs, `python` for a plugin of Trac), `host` \
             (the program that runs a plugin of Trac), `title`, `version`, `summary`, `enabled` \
             (whether it or one of its components is on), `required` (whether it cannot be \
             disabled), `state` (`ready`, `starting`, `waiting` for a new process or `stopped`; \
             of the program that runs it), and how many `problems` it has.",
        ),
    ))
    .method(method(
        Method::new("get", get)
            .reads()
            .returns("struct")
            .parameters(&["string name"])
            .doc(
                "What is known of a plugin: what `plugin.list` has, with its `problems` as \
                 `plugin.problems` has them; `author`, `home_page`, `license`; `components`, each a \
                 struct of `name`, `summary`, `enabled` and `required`; and of a program `process` \
                 (a struct of `id`, `memory` in bytes, `calls`, `errors`, `restarts`, how many \
                 requests are `active` and how many it takes at a time (`concurrency`), and why the \
                 last process ended (`last_end`); a number that is not known is 0) and what the \
                 environment `has` of it (a struct of arrays of names, such as `methods` and \
                 `macros`).",
            ),
    ))
    .method(method(
        Method::new("enable", enable)
            .returns("array")
            .parameters(&["string name"])
            .doc(
                "Enables a plugin, a component by its Python name (`tractags.macros.TagWikiMacros`) \
                 or all below a package (`tractags.*`), in `trac.ini`. Returns the names of the \
                 components and programs that are on now and were not.",
            ),
    ))
    .method(method(
        Method::new("disable", disable)
            .returns("array")
            .parameters(&["string name"])
            .doc("Disables what `plugin.enable` enables, and returns what is off now and was not."),
    ))
    .method(method(
        Method::new("restart", restart)
            .returns("boolean")
            .parameters(&["string name"])
            .doc(
                "Has another process take the place of that of a plugin, or of the one that runs \
                 it, and returns when it is ready. Calls that have begun are ended with.",
            ),
    ))
    .method(method(
        Method::new("problems", problems)
            .reads()
            .returns("array")
            .parameters(&["string name=\"\""])
            .doc(
                "What is wrong with all plugins or one, and what of them cannot be carried over: \
                 each a struct of `plugin`, `origin` (what of it has the problem) and `problem`.",
            ),
    ))
}

fn list(actor: &Actor) -> Result<Vec<Value>> {
    let row = |plugin: Plugin| {
        let mut row = outline(&plugin);
        row.insert("problems", plugin.problems.len() as i64);
        Value::from(row)
    };
    let all = plugins::list(actor.env()).into_iter();
    Ok(all.map(row).collect())
}

fn get(actor: &Actor, name: String) -> Result<Value> {
    let plugin = plugins::get(actor.env(), &name)?;
    let mut row = outline(&plugin);
    let about = plugin.about;
    row.insert("author", about.author);
    row.insert("home_page", about.home_page);
    row.insert("license", about.license);
    let components = plugin.components.into_iter().map(component);
    row.insert("components", components.collect::<Value>());
    if let Some(status) = plugin.process {
        row.insert("process", process(status));
        let has = plugin.has.into_iter();
        let has = has.map(|(what, names)| {
            let names = names.into_iter().map(Value::from).collect();
            (what.to_owned(), Value::Array(names))
        });
        row.insert("has", Value::from(has.collect::<Struct>()));
    }
    let problems = plugin.problems.into_iter().map(problem);
    row.insert("problems", problems.collect::<Value>());
    Ok(row.into())
}

fn enable(actor: &Actor, name: String) -> Result<Vec<String>> {
    plugins::switch(actor.env(), &name, true)
}

fn disable(actor: &Actor, name: String) -> Result<Vec<String>> {
    plugins::switch(actor.env(), &name, false)
}

fn restart(actor: &Actor, name: String) -> Result<bool> {
    plugins::restart(actor.env(), &name)?;
    Ok(true)
}

fn problems(scope: &Scope<'_>, name: String) -> Result<Vec<Value>> {
    let env = scope.actor().env();
    let plugins = match name.as_str() {
        "" => plugins::list(env),
        name => vec![plugins::get(env, name)?],
    };
    let problems = plugins.into_iter().flat_map(|plugin| plugin.problems);
    let mut rows: Vec<Value> = problems.map(problem).collect();
    // What of no plugin in particular: two have the same method, or one describes it wrong.
    if name.is_empty() {
        let left_out = scope.registry().problems().iter();
        rows.extend(left_out.map(|left_out| {
            problem(Problem {
                plugin: String::new(),
                origin: String::new(),
                problem: left_out.to_string(),
            })
        }));
    }
    Ok(rows)
}

/// What a list shows of a plugin.
fn outline(plugin: &Plugin) -> Struct {
    let host = plugin.host.as_ref().map_or("", |host| &host.name);
    let mut row = Struct::new();
    row.insert("name", plugin.name.clone());
    row.insert("kind", plugin.kind.name());
    row.insert("host", host);
    row.insert("title", plugin.about.title.clone());
    row.insert("version", plugin.about.version.clone());
    row.insert("summary", plugin.about.summary.clone());
    row.insert("enabled", plugin.is_enabled);
    row.insert("required", plugin.is_required);
    row.insert("state", plugin.state().name());
    row
}

fn component(component: Component) -> Value {
    let mut row = Struct::new();
    row.insert("name", component.name);
    row.insert("summary", component.summary);
    row.insert("enabled", component.is_enabled);
    row.insert("required", component.is_required);
    row.into()
}

fn process(process: Process) -> Value {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut row = Struct::new();
    row.insert("id", i64::from(process.id.unwrap_or_default()));
    row.insert("memory", number(process.memory.unwrap_or_default()));
    row.insert("calls", number(process.calls));
    row.insert("errors", number(process.errors));
    row.insert("restarts", number(process.restarts));
    row.insert("active", number(process.active as u64));
    row.insert("concurrency", number(process.concurrency as u64));
    row.insert("last_end", process.last_end.unwrap_or_default());
    row.into()
}

fn problem(problem: Problem) -> Value {
    let mut row = Struct::new();
    row.insert("plugin", problem.plugin);
    row.insert("origin", problem.origin);
    row.insert("problem", problem.problem);
    row.into()
}
