//! All plugins of a server, and what each environment has of them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::Builder;
use std::time::{Duration, Instant};

use tracrpc_env::config::Config;
use tracrpc_env::plugins::PluginHost;
use tracrpc_env::{Environment, EnvironmentDirectory, Extender, Extensions, OpenEnvironment};
use tracrpc_plugin_protocol::messages::{self, Describe, Description};

use crate::fill::{EventQueue, fill};
use crate::host::{Asking, Failure, Notice, Observer, Plugin, Settings};
use crate::known;
use crate::link::Link;

/// What is configured for a plugin.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PluginConfig {
    /// How its process is started.
    pub settings: Settings,
    /// The names of the environments that have it; all, if there are none given.
    pub environments: Option<Vec<String>>,
    /// Whether the HTML of its macros is taken as it is.
    pub is_trusted: bool,
    /// Whether built-in methods may go to it as a whole.
    pub may_delegate: bool,
    /// Whether an environment may not do without it, whatever its `trac.ini` says.
    pub is_required: bool,
    /// How long an answer is waited for at most.
    pub timeout: Duration,
}

impl PluginConfig {
    /// A plugin for all environments, of which nothing is believed.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            environments: None,
            is_trusted: false,
            may_delegate: false,
            is_required: false,
            timeout: Duration::from_secs(60),
        }
    }

    pub(crate) fn serves(&self, environment: &str) -> bool {
        let named = self.environments.as_ref();
        named.is_none_or(|named| named.iter().any(|name| name == environment))
    }

    /// Whether an environment with this configuration has the plugin, if it serves it.
    fn is_on(&self, config: &Config) -> bool {
        let disabled = &config.tracrpc().disabled_plugins;
        self.is_required || !disabled.contains(&self.settings.name)
    }
}

/// How long plugins may take to be told of events before they end.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a request waits for what plugins have under a `trac.ini` that has changed.
const CHANGE: Duration = Duration::from_secs(2);

/// An environment that is open, and what it has without plugins.
struct Open {
    environment: OpenEnvironment,
    base: Extensions,
}

/// What an environment had before plugins extended it. It is an extension of its own while
/// the environment is being opened.
struct Base(Extensions);

/// All plugins of a server. They end when this is dropped.
pub struct Plugins {
    shared: Arc<Shared>,
    /// When they have to have ended, once that is known.
    deadline: Option<Instant>,
}

pub(crate) struct Shared {
    /// In their order, which counts where two have the same.
    pub(crate) rows: Vec<Row>,
    sites: Mutex<HashMap<PathBuf, Site>>,
}

pub(crate) struct Row {
    pub(crate) config: PluginConfig,
    pub(crate) plugin: Plugin,
    queue: EventQueue,
}

/// What is known of an environment.
pub(crate) struct Site {
    pub(crate) environment: messages::Environment,
    /// Which plugins it has, in their order: those that serve it and are not switched off.
    pub(crate) on: Vec<bool>,
    /// Where it is open. That can be in several places, by openers that have each their own
    /// extensions.
    open: Vec<Open>,
    /// What each plugin has last said that it has for it.
    pub(crate) known: Vec<Option<Arc<Description>>>,
}

impl Plugins {
    /// Starts plugins, and returns at once.
    pub fn start(configs: Vec<PluginConfig>) -> Self {
        let shared = Arc::new_cyclic(|shared: &Weak<Shared>| {
            let rows = configs.into_iter().enumerate();
            let row = |(place, config)| Row::start(config, place, Weak::clone(shared));
            Shared {
                rows: rows.map(row).collect(),
                sites: Mutex::default(),
            }
        });
        Self {
            shared,
            deadline: None,
        }
    }

    /// Has environments extended by them.
    pub fn extend(&self, extensions: &mut Extensions) {
        if !self.shared.rows.is_empty() {
            let extender: Arc<dyn Extender> = Arc::clone(&self.shared) as _;
            let host: Arc<dyn PluginHost> = Arc::clone(&self.shared) as _;
            extensions.add(extender).add(host);
        }
    }

    /// Ends them until `deadline`, whatever they are doing.
    pub fn end_by(mut self, deadline: Instant) {
        self.deadline = Some(deadline);
    }

    /// The plugins, for what can be shown about them.
    pub fn all(&self) -> impl Iterator<Item = &Plugin> {
        self.shared.rows.iter().map(|row| &row.plugin)
    }
}

impl Drop for Plugins {
    /// Ends all at once when they know what has happened, and waits until they have ended.
    fn drop(&mut self) {
        let deadline = self.deadline;
        let told = Instant::now() + PATIENCE;
        std::thread::scope(|scope| {
            for row in &self.shared.rows {
                scope.spawn(move || {
                    row.queue.finish(deadline.unwrap_or(told).min(told));
                    match deadline {
                        Some(deadline) => row.plugin.stop_by(deadline),
                        None => row.plugin.stop(),
                    }
                });
            }
        });
        // What environments had holds this in turn.
        self.shared.sites().clear();
    }
}

impl Row {
    fn start(config: PluginConfig, place: usize, shared: Weak<Shared>) -> Self {
        let observer = Follow { place, shared };
        let plugin = Plugin::start(config.settings.clone(), Arc::new(observer));
        let (queue, events) = EventQueue::new();
        let (told, timeout) = (plugin.clone(), config.timeout);
        let name = format!("plugin {} events", plugin.name());
        let thread = Builder::new().name(name);
        let thread = thread.spawn(move || events.deliver(&told, timeout));
        if let Err(error) = thread {
            tracing::error!(plugin = plugin.name(), %error, "it is told of no events");
        }
        Self {
            config,
            plugin,
            queue,
        }
    }

    fn link(&self, environment: &str) -> Link {
        Link {
            plugin: self.plugin.clone(),
            environment: environment.to_owned(),
            timeout: self.config.timeout,
            is_trusted: self.config.is_trusted,
        }
    }

    /// Tells the log what is wrong with what the plugin has, and what it takes over.
    fn report(&self, environment: &str, description: &Description) {
        let plugin = self.plugin.name();
        for problem in &description.problems {
            let (origin, problem) = (&problem.origin, &problem.problem);
            tracing::warn!(plugin, environment, origin, "{problem}");
        }
        if self.config.may_delegate {
            for (method, why) in &description.delegates {
                tracing::info!(plugin, environment, method, why, "delegated");
            }
        }
    }

    /// How long it may take at its start, and so for its first description.
    pub(crate) fn patience(&self) -> Duration {
        self.config.settings.timing.start
    }

    fn describe(
        &self,
        environment: &messages::Environment,
        patience: Duration,
    ) -> Result<Description, Failure> {
        let environment = environment.clone();
        let asking = Asking::until(Instant::now() + patience);
        self.plugin.ask(Describe { environment }, asking)
    }
}

/// Describes environments again when a plugin would do so otherwise.
struct Follow {
    place: usize,
    shared: Weak<Shared>,
}

impl Observer for Follow {
    fn notice(&self, _: &Plugin, notice: Notice) {
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        let named = match notice {
            Notice::Ready => None,
            Notice::Changed(named) => named,
        };
        shared.follow(self.place, named.as_deref());
    }
}

impl Shared {
    pub(crate) fn sites(&self) -> MutexGuard<'_, HashMap<PathBuf, Site>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the plugin at `place` again what it has, for the environment of that name or
    /// for all, and has them follow.
    fn follow(&self, place: usize, named: Option<&str>) {
        let Some(row) = self.rows.get(place) else {
            return;
        };
        let wanted: Vec<_> = {
            let mut sites = self.sites();
            for site in sites.values_mut() {
                site.open.retain(|open| open.environment.is_open());
            }
            let sites = sites.iter().filter(|(_, site)| {
                named.is_none_or(|name| name == site.environment.name)
                    && row.config.serves(&site.environment.name)
            });
            sites
                .map(|(path, site)| (path.clone(), site.environment.clone()))
                .collect()
        };
        for (path, environment) in wanted {
            // One that does not answer has what it had.
            if let Ok(description) = row.describe(&environment, row.patience()) {
                self.learn(&path, place, description);
            }
        }
    }

    pub(crate) fn learn(&self, path: &Path, place: usize, description: Description) {
        let mut sites = self.sites();
        let Some(site) = sites.get_mut(path) else {
            return;
        };
        let Some(known) = site.known.get_mut(place) else {
            return;
        };
        if known.as_deref() == Some(&description) {
            return;
        }
        if let Some(row) = self.rows.get(place) {
            row.report(&site.environment.name, &description);
        }
        *known = Some(Arc::new(description));
        self.replace_extensions(site);
    }

    /// Asks all plugins of an environment what they have under a configuration, each for as
    /// long as `patience` says. One that does not answer has what it had, and is the first of
    /// those in the result.
    pub(crate) fn learn_again(
        &self,
        path: &Path,
        config: &Config,
        patience: impl Fn(&Row) -> Duration,
    ) -> Result<(), (&Row, Failure)> {
        self.settle(path, config);
        let Some((environment, on)) = self.sites().get(path).map(|site| {
            let environment = site.environment.clone();
            (environment, site.on.clone())
        }) else {
            return Ok(());
        };
        let mut learnt = Ok(());
        let rows = self.rows.iter().enumerate().zip(on);
        for ((place, row), _) in rows.filter(|(_, on)| *on) {
            match row.describe(&environment, patience(row)) {
                Ok(description) => self.learn(path, place, description),
                Err(failure) => learnt = learnt.and(Err((row, failure))),
            }
        }
        learnt
    }

    /// Which plugins an environment with this configuration has.
    fn on(&self, environment: &str, config: &Config) -> Vec<bool> {
        let rows = self.rows.iter();
        rows.map(|row| row.config.serves(environment) && row.config.is_on(config))
            .collect()
    }

    /// Has an environment follow what `[tracrpc] disabled_plugins` says.
    fn settle(&self, path: &Path, config: &Config) {
        let mut sites = self.sites();
        if let Some(site) = sites.get_mut(path) {
            let on = self.on(&site.environment.name, config);
            if site.on != on {
                site.on = on;
                self.replace_extensions(site);
            }
        }
    }

    fn replace_extensions(&self, site: &mut Site) {
        let mut open = std::mem::take(&mut site.open);
        open.retain(|open| {
            let extensions = self.extended(&open.base, site);
            open.environment.replace_extensions(extensions)
        });
        site.open = open;
    }

    /// What an environment has with what is known of the plugins.
    fn extended(&self, base: &Extensions, site: &Site) -> Extensions {
        let mut extensions = base.clone();
        let rows = self.rows.iter().zip(&site.known).zip(&site.on);
        for ((row, known), on) in rows {
            if let Some(description) = known.as_ref().filter(|_| *on) {
                let link = row.link(&site.environment.name);
                let may_delegate = row.config.may_delegate;
                fill(
                    &mut extensions,
                    &link,
                    description,
                    &row.queue,
                    may_delegate,
                );
            }
        }
        extensions
    }
}

impl Extender for Shared {
    fn extend(&self, place: &EnvironmentDirectory, extensions: &mut Extensions) {
        let environment = known::environment(place);
        let on = self.on(&environment.name, &place.config());
        {
            let mut sites = self.sites();
            let site = sites.entry(place.path().to_owned());
            let site = site.or_insert_with(|| Site {
                environment: environment.clone(),
                on: Vec::new(),
                open: Vec::new(),
                known: vec![None; self.rows.len()],
            });
            site.on = on;
        }
        for (number, row) in self.rows.iter().enumerate() {
            if !row.config.serves(&environment.name) {
                continue;
            }
            row.plugin.know(&environment);
            match row.describe(&environment, row.patience()) {
                Ok(description) => self.learn(place.path(), number, description),
                Err(failure) => {
                    let (plugin, environment) = (row.plugin.name(), &environment.name);
                    tracing::error!(plugin, environment, %failure, "it is not known what it has");
                }
            }
        }
        if let Some(site) = self.sites().get(place.path()) {
            let base = extensions.clone();
            *extensions = self.extended(&base, site);
            extensions.add(Arc::new(Base(base)));
        }
    }

    /// What was learned since the environment was extended counts too.
    fn opened(&self, environment: &Environment) {
        let mut sites = self.sites();
        if let Some(site) = sites.get_mut(environment.path()) {
            let extensions = environment.extensions();
            let Some(base) = extensions.of::<Base>().first() else {
                return;
            };
            environment.replace_extensions(self.extended(&base.0, site));
            site.open.push(Open {
                environment: environment.downgrade(),
                base: base.0.clone(),
            });
        }
    }

    /// What plugins have may follow from `trac.ini`, too: the request that finds it changed
    /// waits a while for what they have now.
    fn configured(&self, environment: &Environment, config: &Config) {
        // One that has not answered in that time tells itself when it has changed.
        let _ = self.learn_again(environment.path(), config, |_| CHANGE);
    }
}
