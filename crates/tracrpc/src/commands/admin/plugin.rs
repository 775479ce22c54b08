//! `plugin`: what extends the environment, and what of it is on.
//!
//! The methods `plugin.*` of the remote API are the same for a server that runs. A command
//! starts the programs itself, so that it says of them what they have, and not how those of a
//! server are.

use tracrpc_env::plugins::{self, Kind, Plugin, Problem};

use super::output::print_table;
use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "plugin check",
        usage: "[name]",
        help: "Show what of the plugins is broken or cannot be carried over\n\n\
               Before a server has them: a Python with Trac is looked for where --python names \
               none.",
        run: check,
    },
    AdminCommand {
        name: "plugin disable",
        usage: "<name>",
        help: "Disable a plugin, a component, or all components of a package (tractags.*)",
        run: |session, arguments| switch(session, arguments, false),
    },
    AdminCommand {
        name: "plugin enable",
        usage: "<name>",
        help: "Enable a plugin, a component, or all components of a package (tractags.*)",
        run: |session, arguments| switch(session, arguments, true),
    },
    AdminCommand {
        name: "plugin get",
        usage: "<name>",
        help: "Show what is known of a plugin",
        run: get,
    },
    AdminCommand {
        name: "plugin list",
        usage: "",
        help: "Show the plugins",
        run: list,
    },
    AdminCommand {
        name: "plugin problems",
        usage: "[name]",
        help: "Show what is wrong with the plugins, as plugin check does, of those that the \
               server's configuration names",
        run: problems,
    },
    AdminCommand {
        name: "plugin restart",
        usage: "<name>",
        help: "Restart a plugin of a server that runs\n\n\
               Only that server can: the command says how it is told.",
        run: restart,
    },
];

fn list(session: &mut Session<'_>, _: &[String]) -> Result<(), Failure> {
    let env = session.env()?;
    let row = |plugin: Plugin| {
        let count = plugin.problems.len();
        [
            plugin.name,
            plugin.kind.name().to_owned(),
            plugin.about.version,
            enabled(plugin.is_enabled).to_owned(),
            if count == 0 {
                String::new()
            } else {
                count.to_string()
            },
            plugin.about.summary,
        ]
    };
    let rows: Vec<_> = plugins::list(&env).into_iter().map(row).collect();
    let headers = ["Name", "Kind", "Version", "Enabled", "Problems", "Summary"];
    Ok(print_table(session.out, headers, &rows)?)
}

fn get(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let env = session.env()?;
    let plugin = plugins::get(&env, name).map_err(Failure::expected)?;
    let about = plugin.about;
    let facts = [
        ("Name", plugin.name),
        ("Kind", plugin.kind.name().to_owned()),
        (
            "Run by",
            plugin.host.map(|host| host.name).unwrap_or_default(),
        ),
        ("Title", about.title),
        ("Version", about.version),
        ("Summary", about.summary),
        ("Author", about.author),
        ("Home page", about.home_page),
        ("License", about.license),
        ("Enabled", enabled(plugin.is_enabled).to_owned()),
    ];
    let has = plugin.has.into_iter();
    let has = has.map(|(what, names)| (what, names.join(", ")));
    let facts = facts.into_iter().chain(has);
    let facts = facts.filter(|(_, value)| !value.is_empty());
    let rows: Vec<_> = facts
        .map(|(name, value)| [name.to_owned(), value])
        .collect();
    print_table(session.out, ["Property", "Value"], &rows)?;
    if !plugin.components.is_empty() {
        let components = plugin.components.into_iter();
        let rows: Vec<_> = components
            .map(|component| {
                let state = match component.is_required {
                    true => "required",
                    false => enabled(component.is_enabled),
                };
                [component.name, state.to_owned(), component.summary]
            })
            .collect();
        print_table(session.out, ["Component", "Enabled", "Summary"], &rows)?;
    }
    show(session, plugin.problems)
}

fn enabled(is_enabled: bool) -> &'static str {
    match is_enabled {
        true => "enabled",
        false => "disabled",
    }
}

fn switch(session: &mut Session<'_>, arguments: &[String], on: bool) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let env = session.env()?;
    let changed = plugins::switch(&env, name, on).map_err(Failure::expected)?;
    for name in changed {
        writeln!(session.out, "{name} is {} now", enabled(on))?;
    }
    Ok(())
}

fn check(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    session.find_python();
    let found = found(session, arguments)?;
    if !found.is_empty() {
        show(session, found)?;
        return Err(Failure::message("not all of it is carried over"));
    }
    writeln!(session.out, "Everything that the plugins have is there.")?;
    Ok(())
}

fn problems(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let found = found(session, arguments)?;
    show(session, found)
}

fn found(session: &mut Session<'_>, arguments: &[String]) -> Result<Vec<Problem>, Failure> {
    let env = session.env()?;
    let plugins = match arguments {
        [name] => vec![plugins::get(&env, name).map_err(Failure::expected)?],
        _ => plugins::list(&env),
    };
    let problems = plugins.into_iter().flat_map(|plugin| plugin.problems);
    Ok(problems.collect())
}

fn show(session: &mut Session<'_>, problems: Vec<Problem>) -> Result<(), Failure> {
    if problems.is_empty() {
        return Ok(());
    }
    let rows = problems.into_iter();
    let rows: Vec<_> = rows
        .map(|row| [row.plugin, row.origin, row.problem])
        .collect();
    Ok(print_table(
        session.out,
        ["Plugin", "Origin", "Problem"],
        &rows,
    )?)
}

fn restart(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let env = session.env()?;
    let plugin = plugins::get(&env, name).map_err(Failure::expected)?;
    if plugin.kind == Kind::Native {
        return Err(Failure::message(format!(
            "{name} is a part of tracrpc, and has no process of its own"
        )));
    }
    Err(Failure::message(format!(
        "The process belongs to a server, which restarts it when it is told so by one with \
         TRAC_ADMIN:\n\n    tracrpc call URL plugin.restart {name}\n"
    )))
}
