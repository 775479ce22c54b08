//! Switching plugins and components on and off, in `trac.ini`.

use tracrpc_translation::own_message;

use super::native::TRAC;
use super::{Component, Kind, Plugin, PluginHost, list, unknown};
use crate::config::Config;
use crate::environment::Environment;
use crate::error::{Error, Result};

/// Switches on or off what is called `name`: a plugin, a component by its Python name, or all
/// components below a package, as `[components]` has it (`tractags.*`). Returns the names of
/// the plugins and components that are another way now, when all have followed.
///
/// # Errors
/// There is no such thing, it must not be switched off, or `trac.ini` cannot be written.
pub fn switch(env: &Environment, name: &str, on: bool) -> Result<Vec<String>> {
    // A request has settled on a configuration; this is to see the one that it makes.
    let env = &env.clone();
    let plugins = list(env);
    let plugin = plugins.iter().find(|plugin| plugin.name == name);
    match plugin {
        Some(plugin) if plugin.kind == Kind::Process => switch_process(env, plugin, on)?,
        Some(plugin) => switch_components(env, name, &plugin.components, on)?,
        None => {
            let components = plugins.iter().flat_map(|plugin| &plugin.components);
            let is_meant = |component: &&Component| is_meant(name, &component.name);
            let meant: Vec<_> = components.filter(is_meant).cloned().collect();
            if meant.is_empty() {
                return Err(unknown(name));
            }
            switch_components(env, name, &meant, on)?;
        }
    }
    for host in env.extensions().of::<dyn PluginHost>() {
        host.follow(env)?;
    }
    Ok(changed(&plugins, &list(env)))
}

/// Whether a name means a component: its own, or that of a package with `.*`.
fn is_meant(name: &str, component: &str) -> bool {
    let (name, component) = (name.to_lowercase(), component.to_lowercase());
    match name.strip_suffix('*') {
        Some(package) if package.ends_with('.') => component.starts_with(package),
        _ => component == name,
    }
}

fn switch_process(env: &Environment, plugin: &Plugin, on: bool) -> Result<()> {
    if plugin.is_required && !on {
        return Err(required(&plugin.name));
    }
    if plugin.is_enabled == on {
        return Ok(());
    }
    if !on {
        let policies = plugin.has.iter().filter(|(what, _)| *what == "policies");
        let policies = policies.flat_map(|(_, names)| names);
        refuse_policies(env, policies.map(String::as_str))?;
    }
    let mut disabled = env.config().tracrpc().disabled_plugins.clone();
    disabled.retain(|name| *name != plugin.name);
    if !on {
        disabled.push(plugin.name.clone());
    }
    let disabled = disabled.join(", ");
    env.edit_config(|editor| editor.set("tracrpc", "disabled_plugins", &disabled))
}

fn switch_components(
    env: &Environment,
    name: &str,
    components: &[Component],
    on: bool,
) -> Result<()> {
    let is_other = |component: &&Component| component.is_enabled != on;
    let others: Vec<&Component> = components.iter().filter(is_other).collect();
    if !on {
        let is_whole = name == TRAC;
        if let Some(one) = others.iter().find(|component| component.is_required) {
            return Err(required(if is_whole { TRAC } else { &one.name }));
        }
        let classes = others.iter().filter_map(|one| one.name.rsplit('.').next());
        refuse_policies(env, classes)?;
    }
    let names: Vec<&str> = others.iter().map(|one| one.name.as_str()).collect();
    match on {
        false => write(env, &names, "disabled"),
        true => enable(env, &names),
    }
}

/// First takes away what speaks against components, for that may be all that is needed: a
/// rule that enables one of the RPC plugin's would mean that the others are off.
fn enable(env: &Environment, names: &[&str]) -> Result<()> {
    let rules = own_rules(&env.config(), names);
    env.edit_config(|editor| {
        for rule in &rules {
            editor.remove("components", rule);
        }
        Ok(())
    })?;
    let now = env.config();
    let is_off = |name: &&str| !now.has_component(name);
    let still_off: Vec<&str> = names.iter().copied().filter(is_off).collect();
    write(env, &still_off, "enabled")
}

/// The names that options have which are about these components alone.
fn own_rules(config: &Config, names: &[&str]) -> Vec<String> {
    let options = config.options("components").into_iter();
    let is_own = |option: &str| {
        let rule = option.trim_end_matches(['.', '*']);
        names.iter().any(|name| name.eq_ignore_ascii_case(rule))
    };
    let own = options.filter(|(option, _)| is_own(option));
    own.map(|(option, _)| option.to_owned()).collect()
}

fn write(env: &Environment, names: &[&str], value: &str) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let rules = own_rules(&env.config(), names);
    env.edit_config(|editor| {
        for rule in &rules {
            editor.remove("components", rule);
        }
        for name in names {
            editor.set("components", name, value)?;
        }
        Ok(())
    })
}

/// A policy that is listed and not there refuses everything, and that it is switched on again.
fn refuse_policies<'a>(env: &Environment, mut names: impl Iterator<Item = &'a str>) -> Result<()> {
    let config = env.config();
    let listed = &config.trac().permission_policies;
    match names.find(|name| listed.iter().any(|listed| listed == name)) {
        None => Ok(()),
        Some(name) => Err(Error::invalid(own_message!(
            "%(name)s is among [trac] permission_policies: without it nobody may do anything. \
             Take it out of there first.",
            name = name
        ))),
    }
}

/// What is on now and was off, or the other way round.
fn changed(before: &[Plugin], after: &[Plugin]) -> Vec<String> {
    let states = |plugins: &[Plugin]| -> Vec<(String, bool)> {
        let states = plugins.iter().flat_map(|plugin| {
            let process = (plugin.kind == Kind::Process)
                .then(|| (plugin.name.clone(), plugin.is_enabled))
                .into_iter();
            let components = plugin.components.iter();
            process.chain(components.map(|one| (one.name.clone(), one.is_enabled)))
        });
        states.collect()
    };
    let before = states(before);
    let after = states(after).into_iter();
    let changed = after.filter(|state| !before.contains(state));
    changed.map(|(name, _)| name).collect()
}

fn required(name: &str) -> Error {
    Error::invalid(own_message!(
        "%(name)s is required, and cannot be disabled.",
        name = name
    ))
}
