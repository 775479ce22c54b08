//! The part of the page about the API that shows plugins to administrators.

use minijinja::{Value, context};
use tracrpc_env::Actor;
use tracrpc_env::plugins::{self, Plugin};

/// The plugins, if `actor` may see them.
pub(super) fn of(actor: &Actor) -> Option<Value> {
    // An error here is one of the database; the page says nothing then.
    let is_allowed = actor.can_anywhere("TRAC_ADMIN").unwrap_or(false);
    let may_see = is_allowed && actor.scopes().is_none_or(|scopes| scopes.covers("plugin"));
    if !may_see {
        return None;
    }
    let all = plugins::list(actor.env());
    let rows: Vec<Value> = all.iter().map(row).collect();
    let problems = all.iter().flat_map(|plugin| &plugin.problems);
    let problems: Vec<Value> = problems
        .map(|problem| {
            context! {
                plugin => &problem.plugin,
                origin => &problem.origin,
                problem => &problem.problem,
            }
        })
        .collect();
    Some(context! { rows, problems })
}

fn row(plugin: &Plugin) -> Value {
    let process = plugin.process.as_ref();
    let memory = process.and_then(|process| process.memory);
    context! {
        name => &plugin.name,
        kind => plugin.kind.name(),
        host => plugin.host.as_ref().map(|host| &host.name),
        version => &plugin.about.version,
        summary => &plugin.about.summary,
        enabled => plugin.is_enabled,
        process => process.map(|process| context! {
            state => process.state.name(),
            memory => memory.map(megabytes),
            calls => process.calls,
            errors => process.errors,
            restarts => process.restarts,
            active => process.active,
            concurrency => process.concurrency,
            last_end => &process.last_end,
        }),
    }
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) / (1 << 20);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
