//! Plugins as who administers an environment sees them.

use std::time::Instant;

use tracrpc_env::plugins::{
    About, Component, Host, Kind, Plugin, PluginHost, Problem, Process, State as ProcessState,
};
use tracrpc_env::{Environment, Error, Result};
use tracrpc_plugin_protocol::messages::{Description, HostedRow};

use crate::host::{Failure, State, Status};
use crate::plugins::{Row, Shared};

impl PluginHost for Shared {
    fn plugins(&self, env: &Environment) -> Vec<Plugin> {
        let name = env.name();
        let (on, known) = match self.sites().get(env.path()) {
            Some(site) => (site.on.clone(), site.known.clone()),
            None => Default::default(),
        };
        let mut all = Vec::new();
        for (place, row) in self.rows.iter().enumerate() {
            if row.config.serves(name) {
                let is_on = on.get(place).copied().unwrap_or_default();
                let known = known.get(place).and_then(Option::as_deref);
                let status = row.plugin.status();
                let host = Host {
                    name: status.name.clone(),
                    state: state(status.state),
                };
                all.push(process(row, status, is_on, known));
                let hosted = known.map_or(&[][..], |known| &known.plugins);
                let hosted = hosted.iter();
                all.extend(hosted.map(|hosted| python(host.clone(), is_on, hosted)));
            }
        }
        all
    }

    fn processes(&self) -> Vec<(String, Process)> {
        let rows = self.rows.iter();
        rows.map(|row| row.plugin.status())
            .map(|status| (status.name.clone(), numbers(status)))
            .collect()
    }

    fn follow(&self, env: &Environment) -> Result<()> {
        let config = env.config();
        let learn = || self.learn_again(env.path(), &config, Row::patience);
        let learnt = env.db().wait_elsewhere(learn);
        learnt.map_err(|(row, failure)| failed(row, failure))
    }

    fn restart(&self, env: &Environment, name: &str) -> Result<bool> {
        let row = self.rows.iter().find(|row| {
            let settings = &row.config.settings;
            settings.name == name && row.config.serves(env.name())
        });
        let Some(row) = row else {
            return Ok(false);
        };
        let deadline = Instant::now() + row.patience();
        let restarted = env.db().wait_elsewhere(|| row.plugin.restart(deadline));
        restarted.map_err(|failure| failed(row, failure))?;
        Ok(true)
    }
}

fn failed(row: &Row, failure: Failure) -> Error {
    let fault = failure.into_fault(row.plugin.name());
    Error::invalid(fault.message).with_title(fault.title)
}

fn process(row: &Row, status: Status, is_on: bool, known: Option<&Description>) -> Plugin {
    let mut problems = Vec::new();
    let mut problem = |origin: &str, problem: String| {
        problems.push(Problem {
            plugin: status.name.clone(),
            origin: origin.to_owned(),
            problem,
        });
    };
    if let (true, Some(reason)) = (status.state != State::Ready, &status.last_end) {
        problem("", format!("is not available: {reason}"));
    }
    if let Some(known) = known {
        for row in &known.problems {
            problem(&row.origin, row.problem.clone());
        }
        if !row.config.may_delegate {
            for (method, why) in &known.delegates {
                problem(method, format!("is not delegated to it: {why}"));
            }
        }
    }
    Plugin {
        name: status.name.clone(),
        kind: Kind::Process,
        about: About {
            title: status.title.clone(),
            version: status.version.clone(),
            summary: status.runtime.clone(),
            ..About::default()
        },
        host: None,
        is_enabled: is_on,
        is_required: row.config.is_required,
        components: Vec::new(),
        process: Some(numbers(status)),
        has: known.map(has).unwrap_or_default(),
        problems,
    }
}

fn state(state: State) -> ProcessState {
    match state {
        State::Starting => ProcessState::Starting,
        State::Ready => ProcessState::Ready,
        State::Waiting { left } => ProcessState::Waiting(left),
        State::Stopped => ProcessState::Stopped,
    }
}

fn numbers(status: Status) -> Process {
    Process {
        state: state(status.state),
        id: status.process,
        memory: status.memory,
        calls: status.calls,
        errors: status.errors,
        restarts: status.restarts,
        active: status.active,
        concurrency: status.concurrency,
        last_end: status.last_end,
    }
}

/// What an environment has of a plugin, by names.
fn has(known: &Description) -> Vec<(&'static str, Vec<String>)> {
    let methods = known.methods.iter().map(|row| row.name.clone()).collect();
    let protocols = known.protocols.iter().map(|row| row.name.clone()).collect();
    let macros = known.macros.iter().map(|row| row.name.clone()).collect();
    let actions = known.actions.iter().map(|(name, _)| name.clone()).collect();
    let delegates = known.delegates.iter().map(|(name, _)| name.clone());
    let all = [
        ("methods", methods),
        ("protocols", protocols),
        ("macros", macros),
        ("policies", known.policies.clone()),
        ("actions", actions),
        ("hooks", known.hooks.clone()),
        ("events", known.events.clone()),
        ("controllers", known.controllers.clone()),
        ("statuses", known.statuses.clone()),
        ("realms", known.realms.clone()),
        ("delegates", delegates.collect()),
    ];
    all.into_iter()
        .filter(|(_, names): &(_, Vec<String>)| !names.is_empty())
        .collect()
}

/// A plugin that `host` runs in turn. With that it is off.
fn python(host: Host, is_on: bool, hosted: &HostedRow) -> Plugin {
    let components = hosted.components.iter().map(|component| Component {
        name: component.name.clone(),
        summary: component.summary.clone(),
        is_enabled: component.enabled && is_on,
        is_required: component.required,
    });
    let components: Vec<_> = components.collect();
    Plugin {
        name: hosted.name.clone(),
        kind: Kind::Python,
        about: About {
            title: String::new(),
            version: hosted.version.clone(),
            summary: hosted.summary.clone(),
            author: hosted.author.clone(),
            home_page: hosted.home_page.clone(),
            license: hosted.license.clone(),
        },
        host: Some(host),
        is_enabled: components.iter().any(|component| component.is_enabled),
        is_required: false,
        components,
        process: None,
        has: Vec::new(),
        problems: Vec::new(),
    }
}
