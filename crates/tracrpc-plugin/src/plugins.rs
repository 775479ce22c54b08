//! All plugins of a server, and what each environment has of them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::Builder;
use std::time::{Duration, Instant};

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
            timeout: Duration::from_secs(60),
        }
    }

    pub(crate) fn serves(&self, environment: &str) -> bool {
        let named = self.environments.as_ref();
        named.is_none_or(|named| named.iter().any(|name| name == environment))
    }
}

/// All plugins of a server. They end when this is dropped.
pub struct Plugins {
    shared: Arc<Shared>,
}

struct Shared {
    /// In their order, which counts where two have the same.
    rows: Vec<Row>,
    sites: Mutex<HashMap<PathBuf, Site>>,
}

struct Row {
    config: PluginConfig,
    plugin: Plugin,
    queue: EventQueue,
}

/// What is known of an environment.
struct Site {
    environment: messages::Environment,
    /// What it has without plugins.
    base: Extensions,
    /// Where it is open. For a moment that can be in two places.
    open: Vec<OpenEnvironment>,
    /// What each plugin has last said that it has for it.
    known: Vec<Option<Arc<Description>>>,
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
        Self { shared }
    }

    /// Has environments extended by them.
    pub fn extend(&self, extensions: &mut Extensions) {
        if !self.shared.rows.is_empty() {
            let shared: Arc<dyn Extender> = Arc::clone(&self.shared) as _;
            extensions.add(shared);
        }
    }

    /// The plugins, for what can be shown about them.
    pub fn all(&self) -> impl Iterator<Item = &Plugin> {
        self.shared.rows.iter().map(|row| &row.plugin)
    }
}

impl Drop for Plugins {
    /// Ends all at once, and waits until they have ended.
    fn drop(&mut self) {
        std::thread::scope(|scope| {
            for row in &self.shared.rows {
                scope.spawn(|| row.plugin.stop());
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
        let thread = thread.spawn(move || EventQueue::deliver(&told, &events, timeout));
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

    fn describe(&self, environment: &messages::Environment) -> Result<Description, Failure> {
        let environment = environment.clone();
        let deadline = Instant::now() + self.config.settings.timing.start;
        let asking = Asking::until(deadline);
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
    fn sites(&self) -> MutexGuard<'_, HashMap<PathBuf, Site>> {
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
                site.open.retain(OpenEnvironment::is_open);
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
            if let Ok(description) = row.describe(&environment) {
                self.learn(&path, place, description);
            }
        }
    }

    fn learn(&self, path: &PathBuf, place: usize, description: Description) {
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
        // While the environment is being opened there is nobody who has to follow.
        if site.open.is_empty() {
            return;
        }
        let extensions = self.extensions(site);
        site.open
            .retain(|open| open.replace_extensions(extensions.clone()));
    }

    /// What an environment has with what is known of the plugins.
    fn extensions(&self, site: &Site) -> Extensions {
        let mut extensions = site.base.clone();
        for (row, known) in self.rows.iter().zip(&site.known) {
            if let Some(description) = known {
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
        {
            let mut sites = self.sites();
            let site = sites.entry(place.path().to_owned());
            let site = site.or_insert_with(|| Site {
                environment: environment.clone(),
                base: Extensions::default(),
                open: Vec::new(),
                known: vec![None; self.rows.len()],
            });
            site.base = extensions.clone();
        }
        for (number, row) in self.rows.iter().enumerate() {
            if !row.config.serves(&environment.name) {
                continue;
            }
            row.plugin.know(&environment);
            match row.describe(&environment) {
                Ok(description) => self.learn(&place.path().to_owned(), number, description),
                Err(failure) => {
                    let (plugin, environment) = (row.plugin.name(), &environment.name);
                    tracing::error!(plugin, environment, %failure, "it is not known what it has");
                }
            }
        }
        if let Some(site) = self.sites().get(place.path()) {
            *extensions = self.extensions(site);
        }
    }

    /// What was learned since the environment was extended counts too.
    fn opened(&self, environment: &Environment) {
        let mut sites = self.sites();
        if let Some(site) = sites.get_mut(environment.path()) {
            site.open.push(environment.downgrade());
            environment.replace_extensions(self.extensions(site));
        }
    }
}
