//! Which plugins a server has: those of the command line, and those of `tracrpc.toml`.
//!
//! Never those of a `trac.ini`: who administers a project on the web must not run
//! programs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use toml::{Table, Value as Toml};
use tracrpc_plugin::PluginConfig;
use tracrpc_plugin::host::Settings;
use tracrpc_wire::{Struct, Value};

/// The name of the file that is found beside environments.
pub(crate) const FILE_NAME: &str = "tracrpc.toml";

/// What a file says. Tables of plugins count in their order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    plugin: Table,
}

/// A table `[plugin.NAME]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    command: Option<Vec<String>>,
    environments: Option<Environments>,
    #[serde(default)]
    trusted: bool,
    #[serde(default)]
    delegate: bool,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    options: Table,
    #[serde(default)]
    env: BTreeMap<String, String>,
    directory: Option<PathBuf>,
    user: Option<String>,
    concurrency: Option<usize>,
    timeout: Option<u32>,
    start_timeout: Option<u32>,
    max_message: Option<usize>,
}

/// Names of environments, or `all`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Environments {
    Named(Vec<String>),
    Word(String),
}

/// The name of the plugin that runs those of Trac.
const BRIDGE: &str = "trac";

/// How long the bridge may take to import Trac and its plugins.
const BRIDGE_START: Duration = Duration::from_secs(60);

/// The plugins that a file describes, in its order. `bridge` is the command of the plugin
/// `trac`, where `--python` starts it.
pub(crate) fn read(path: &Path, bridge: Option<&[String]>) -> anyhow::Result<Vec<PluginConfig>> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration {}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    parse(&text, folder, bridge).with_context(|| format!("in {}", path.display()))
}

/// The same of its text. Relative paths count from `folder`.
fn parse(
    text: &str,
    folder: &Path,
    bridge: Option<&[String]>,
) -> anyhow::Result<Vec<PluginConfig>> {
    let file: File = toml::from_str(text)?;
    let sections = file.plugin.into_iter();
    sections
        .map(|(name, table)| {
            let section = Section::deserialize(table);
            let mut section = section.with_context(|| format!("[plugin.{name}]"))?;
            if let Some(bridge) = bridge.filter(|_| name == BRIDGE) {
                section.command.get_or_insert_with(|| bridge.to_vec());
                section
                    .start_timeout
                    .get_or_insert(BRIDGE_START.as_secs() as u32);
            }
            plugin(&name, section, folder).with_context(|| format!("[plugin.{name}]"))
        })
        .collect()
}

fn plugin(name: &str, section: Section, folder: &Path) -> anyhow::Result<PluginConfig> {
    let command = section.command.context("missing field `command`")?;
    if command.is_empty() {
        bail!("`command` is empty");
    }
    let mut settings = Settings::new(checked(name)?, command);
    settings.variables = section.env;
    settings.options = options(section.options);
    settings.directory = section.directory.map(|directory| folder.join(directory));
    settings.user = section.user;
    settings.concurrency = section.concurrency;
    if settings.concurrency == Some(0) {
        bail!("`concurrency` is 0");
    }
    if let Some(seconds) = section.start_timeout {
        settings.timing.start = Duration::from_secs(seconds.into());
    }
    if let Some(bytes) = section.max_message {
        settings.limits = settings.limits.with_frame(bytes);
    }
    let mut config = PluginConfig::new(settings);
    config.environments = match section.environments {
        None => None,
        Some(Environments::Named(names)) => Some(names),
        Some(Environments::Word(word)) if word == "all" => None,
        Some(Environments::Word(word)) => {
            bail!("`environments` is `{word}`, not a list of names or \"all\"")
        }
    };
    config.is_trusted = section.trusted;
    config.may_delegate = section.delegate;
    config.is_required = section.required;
    if let Some(seconds) = section.timeout {
        config.timeout = Duration::from_secs(seconds.into());
    }
    Ok(config)
}

/// A plugin of the command line: `NAME=PROGRAM ARGUMENT…`.
///
/// # Errors
/// It has no name or no program.
pub(crate) fn from_argument(text: &str) -> Result<PluginConfig, String> {
    let form = || format!("`{text}` is not of the form NAME=COMMAND");
    let (name, command) = text.split_once('=').ok_or_else(form)?;
    let words: Vec<&str> = command.split_whitespace().collect();
    if words.is_empty() {
        return Err(form());
    }
    let name = checked(name).map_err(|error| error.to_string())?;
    Ok(PluginConfig::new(Settings::new(name, words)))
}

/// The bridge as it is where no file says more of it.
pub(crate) fn bridge(command: &[String]) -> PluginConfig {
    let mut settings = Settings::new(BRIDGE, command);
    settings.timing.start = BRIDGE_START;
    PluginConfig::new(settings)
}

/// Whether the bridge is among plugins.
pub(crate) fn has_bridge(configs: &[PluginConfig]) -> bool {
    configs.iter().any(|config| config.settings.name == BRIDGE)
}

/// All plugins, if no two have the same name.
pub(crate) fn together(
    lists: impl IntoIterator<Item = Vec<PluginConfig>>,
) -> anyhow::Result<Vec<PluginConfig>> {
    let mut all: Vec<PluginConfig> = Vec::new();
    for config in lists.into_iter().flatten() {
        let name = &config.settings.name;
        if all.iter().any(|known| known.settings.name == *name) {
            bail!("two plugins have the name `{name}`");
        }
        all.push(config);
    }
    Ok(all)
}

/// The name of a plugin, which stands in faults and in the log.
fn checked(name: &str) -> anyhow::Result<&str> {
    let is_plain = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    match !name.is_empty() && name.chars().all(is_plain) {
        true => Ok(name),
        false => bail!("`{name}` is no name of a plugin: letters, digits, `-`, `_` and `.` are"),
    }
}

fn options(table: Table) -> Struct {
    let members = table.into_iter();
    members.map(|(name, value)| (name, option(value))).collect()
}

fn option(value: Toml) -> Value {
    match value {
        Toml::String(text) => text.into(),
        Toml::Integer(number) => number.into(),
        Toml::Float(number) => number.into(),
        Toml::Boolean(truth) => truth.into(),
        Toml::Datetime(moment) => moment.to_string().into(),
        Toml::Array(items) => items.into_iter().map(option).collect(),
        Toml::Table(table) => options(table).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<PluginConfig> {
        parse(text, Path::new("/etc/tracrpc"), None).unwrap()
    }

    fn refused(text: &str) -> String {
        let error = parse(text, Path::new("/"), None).unwrap_err();
        format!("{error:#}")
    }

    #[test]
    fn everything_can_be_said() {
        let text = r#"
            [plugin.second]
            command = ["second"]

            [plugin.first]
            command = ["python3", "-m", "bridge"]
            environments = ["a", "b"]
            trusted = true
            delegate = true
            required = true
            options = { depth = 3, names = ["x"], on = true }
            env = { MODE = "fast" }
            directory = "plugins"
            user = "nobody"
            concurrency = 2
            timeout = 30
            start_timeout = 60
            max_message = 1000000
        "#;
        let all = read(text);
        assert_eq!(all[0].settings.name, "second");
        assert_eq!(all[0].environments, None);
        let first = &all[1];
        assert_eq!(first.settings.command, ["python3", "-m", "bridge"]);
        assert_eq!(first.environments, Some(vec!["a".into(), "b".into()]));
        assert!(first.is_trusted && first.may_delegate && first.is_required);
        let options = &first.settings.options;
        assert_eq!(options.get("depth"), Some(&Value::Int(3)));
        assert_eq!(options.len(), 3);
        assert_eq!(first.settings.variables.get("MODE").unwrap(), "fast");
        let directory = first.settings.directory.as_deref();
        assert_eq!(directory, Some(Path::new("/etc/tracrpc/plugins")));
        assert_eq!(first.settings.user.as_deref(), Some("nobody"));
        assert_eq!(first.settings.concurrency, Some(2));
        assert_eq!(first.timeout, Duration::from_secs(30));
        assert_eq!(first.settings.timing.start, Duration::from_secs(60));
        assert_eq!(first.settings.limits.frame, 1_000_000);
        assert!(read("").is_empty());
    }

    #[test]
    fn a_file_may_say_more_of_the_bridge() {
        let text = "[plugin.trac]\ndelegate = true";
        let command = ["python3".to_owned(), "bridge.py".to_owned()];
        let all = parse(text, Path::new("/"), Some(&command)).unwrap();
        assert_eq!(all[0].settings.command, command);
        assert_eq!(all[0].settings.timing.start, BRIDGE_START);
        assert!(all[0].may_delegate && !bridge(&command).may_delegate);
        assert!(parse(text, Path::new("/"), None).is_err());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, expected) in [
            ("[plugins.x]\ncommand=['x']", "unknown field `plugins`"),
            ("[plugin.x]\ncommands=['x']", "unknown field `commands`"),
            ("[plugin.x]\ntrusted=true", "missing field `command`"),
            ("[plugin.x]\ncommand=[]", "`command` is empty"),
            ("[plugin.x]\ncommand='x'", "[plugin.x]"),
            (
                "[plugin.x]\ncommand=['x']\nconcurrency=0",
                "`concurrency` is 0",
            ),
            ("[plugin.x]\ncommand=['x']\nenvironments='some'", "`some`"),
            ("[plugin.\"a b\"]\ncommand=['x']", "`a b` is no name"),
            ("[plugin.x", "line 1"),
        ] {
            let error = refused(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_word_of_the_command_line_is_a_plugin() {
        let config = from_argument("hello=python3 -u /opt/hello.py").unwrap();
        assert_eq!(config.settings.name, "hello");
        assert_eq!(config.settings.command, ["python3", "-u", "/opt/hello.py"]);
        for text in ["hello", "hello=", "=x", "a b=x"] {
            assert!(from_argument(text).is_err(), "{text}");
        }
        let same = vec![config.clone(), config];
        assert!(together([same]).is_err());
    }
}
