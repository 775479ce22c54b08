//! The environments that are served, opened when they are first asked for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_env::config::Config;
use tracrpc_env::{Environment, EnvironmentDirectory, Extensions};

use crate::config::EnvironmentSource;

/// The environments that are served.
pub(crate) struct Environments {
    source: EnvironmentSource,
    /// What each of them is given.
    extensions: Extensions,
    /// How long one stays open that nobody asks.
    idle: Duration,
    open: Mutex<OpenEnvironments>,
}

/// The environments that are open, by their directories.
struct OpenEnvironments {
    by_path: HashMap<PathBuf, Open>,
    /// When those that nobody asks were closed the last time.
    swept: Instant,
}

/// How often it is looked for environments that nobody asks, within the time that
/// they stay open.
const SWEEPS: u32 = 15;

/// An environment that is open.
struct Open {
    environment: Environment,
    /// When it was last asked for.
    used: Instant,
}

/// An environment in the list of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The name of its folder.
    pub(crate) name: String,
    /// Its project's name and description; `None` if its configuration cannot be read.
    pub(crate) project: Option<(String, String)>,
}

/// Why there is no environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// None has this name.
    Unknown,
    /// It cannot be opened; the log says why.
    Broken,
}

impl Environments {
    pub(crate) fn new(source: EnvironmentSource, extensions: Extensions, idle: Duration) -> Self {
        Self {
            source,
            extensions,
            idle,
            open: Mutex::new(OpenEnvironments {
                by_path: HashMap::new(),
                swept: Instant::now(),
            }),
        }
    }

    /// Whether there is one environment, at `/`.
    pub(crate) fn is_single(&self) -> bool {
        matches!(self.source, EnvironmentSource::Single(_))
    }

    /// The name that the authentication rules use for the environment, which
    /// is that of its folder. `name` is the one from the path, if there is one.
    pub(crate) fn rule_name<'a>(&'a self, name: Option<&'a str>) -> &'a str {
        match (&self.source, name) {
            (EnvironmentSource::Single(path), _) => folder_name(path).unwrap_or_default(),
            (_, name) => name.unwrap_or_default(),
        }
    }

    /// The environment of that name. It is opened if it is not open.
    pub(crate) fn get(&self, name: Option<&str>) -> Result<Environment, Missing> {
        let path = self.path(name).ok_or(Missing::Unknown)?;
        self.open(&path)
    }

    /// The environment of that name, if it is open.
    pub(crate) fn if_open(&self, name: Option<&str>) -> Option<Environment> {
        self.lock().use_now(&self.path(name)?)
    }

    /// All environments in the order of their names.
    pub(crate) fn list(&self) -> Vec<Listed> {
        let mut paths = self.source.directories();
        paths.sort_by_key(|path| folder_name(path).unwrap_or_default().to_lowercase());
        paths.iter().filter_map(|path| self.listed(path)).collect()
    }

    /// The environments that are open at the moment.
    pub(crate) fn opened(&self) -> Vec<Environment> {
        let open = self.lock();
        open.by_path
            .values()
            .map(|open| open.environment.clone())
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, OpenEnvironments> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The environments that are to answer now: those that were named, and of
    /// those in a folder the ones that are open and not gone.
    pub(crate) fn in_service(&self) -> Result<Vec<Environment>, Missing> {
        match &self.source {
            EnvironmentSource::Single(path) => Ok(vec![self.open(path)?]),
            EnvironmentSource::Several(paths) => paths.iter().map(|path| self.open(path)).collect(),
            EnvironmentSource::Parent(_) => Ok(self
                .opened()
                .into_iter()
                .filter(|environment| looks_like_environment(environment.path()))
                .collect()),
        }
    }

    fn listed(&self, path: &Path) -> Option<Listed> {
        let name = folder_name(path)?.to_owned();
        let project = self.config(path).map(|config| {
            let description = config.get("project", "descr").unwrap_or_default();
            (name.clone(), description.to_owned())
        });
        Some(Listed { name, project })
    }

    /// The configuration of an environment, which is not opened for that: whoever looks at
    /// the list would have all of them opened at once.
    fn config(&self, path: &Path) -> Option<Arc<Config>> {
        let open = self.lock().peek(path);
        let read = || EnvironmentDirectory::load(path).map(|directory| directory.config());
        open.map_or_else(|| read().ok(), |open| Some(open.config()))
    }

    /// The directory of the environment of that name, if there can be one.
    pub(crate) fn path(&self, name: Option<&str>) -> Option<PathBuf> {
        match (&self.source, name) {
            (EnvironmentSource::Single(path), _) => Some(path.clone()),
            (EnvironmentSource::Several(paths), Some(name)) => paths
                .iter()
                .find(|path| folder_name(path) == Some(name))
                .cloned(),
            (EnvironmentSource::Parent(folder), Some(name)) if is_plain_name(name) => {
                Some(folder.join(name)).filter(|path| looks_like_environment(path))
            }
            _ => None,
        }
    }

    fn open(&self, path: &Path) -> Result<Environment, Missing> {
        let known = {
            let mut open = self.lock();
            let known = open.use_now(path);
            // Their connections are closed when nobody waits for the lock.
            let idle = open.take_idle(self.idle);
            drop(open);
            drop(idle);
            known
        };
        if let Some(environment) = known {
            return Ok(environment);
        }
        let environment = tracrpc_site::open_with(path, self.extensions.clone()).map_err(|error| {
            tracing::error!(environment = %path.display(), %error, "cannot open an environment");
            Missing::Broken
        })?;
        if !environment.config().is_on("tracrpc.web_ui.RPCWeb") {
            tracing::warn!(
                environment = %path.display(),
                "trac.ini turns the remote API off: to have it, write `tracrpc.* = enabled` into [components]"
            );
        }
        let mut open = self.lock();
        let opened = open.by_path.entry(path.to_owned());
        let opened = opened.or_insert_with(|| Open {
            environment,
            used: Instant::now(),
        });
        Ok(opened.environment.clone())
    }
}

impl OpenEnvironments {
    /// The environment in a directory, if it is open, which keeps it open no longer.
    fn peek(&self, path: &Path) -> Option<Environment> {
        let open = self.by_path.get(path);
        open.map(|open| open.environment.clone())
    }

    /// The environment in a directory, if it is open.
    fn use_now(&mut self, path: &Path) -> Option<Environment> {
        let open = self.by_path.get_mut(path)?;
        open.used = Instant::now();
        Some(open.environment.clone())
    }

    /// Takes out the environments that nobody has asked for that time, and that have no
    /// mail to send. Whoever still works on one keeps it until that is done.
    fn take_idle(&mut self, idle: Duration) -> Vec<Environment> {
        if self.swept.elapsed() < idle / SWEEPS {
            return Vec::new();
        }
        self.swept = Instant::now();
        let is_idle = |_: &PathBuf, open: &mut Open| {
            open.used.elapsed() >= idle && tracrpc_mail::finish(&open.environment, Duration::ZERO)
        };
        let idle = self.by_path.extract_if(is_idle);
        idle.map(|(_, open)| open.environment).collect()
    }
}

fn folder_name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

/// Whether a name from a path can only mean a folder right below the parent.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

/// Trac writes a file `VERSION` into each environment.
fn looks_like_environment(path: &Path) -> bool {
    path.join("VERSION").is_file()
}

impl EnvironmentSource {
    /// The directories of all environments, as they are at the moment.
    #[must_use]
    pub fn directories(&self) -> Vec<PathBuf> {
        match self {
            Self::Single(path) => vec![path.clone()],
            Self::Several(paths) => paths.clone(),
            Self::Parent(folder) => environments_in(folder),
        }
    }
}

fn environments_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    paths
        .filter(|path| folder_name(path).is_some_and(is_plain_name) && looks_like_environment(path))
        .collect()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use tracrpc_site::InitOptions;

    use super::*;

    fn opened(idle: Duration) -> (TempDir, Environments) {
        let folder = TempDir::new().unwrap();
        for name in ["a", "b"] {
            tracrpc_site::create(folder.path().join(name), &InitOptions::new(name)).unwrap();
        }
        let source = EnvironmentSource::Parent(folder.path().to_owned());
        let environments = Environments::new(source, tracrpc_site::builtin(), idle);
        (folder, environments)
    }

    fn names(environments: &Environments) -> Vec<String> {
        let mut names: Vec<_> = environments
            .opened()
            .iter()
            .map(|environment| environment.name().to_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn environments_that_nobody_asks_are_closed() {
        let idle = Duration::from_secs(60);
        let (_folder, environments) = opened(idle);
        let at_work = environments.get(Some("a")).unwrap();
        environments.get(Some("b")).unwrap();
        assert_eq!(names(&environments), ["a", "b"]);
        assert_eq!(environments.list().len(), 2);
        {
            let mut open = environments.lock();
            open.swept -= idle;
            for open in open.by_path.values_mut() {
                open.used -= idle;
            }
        }
        environments.get(Some("b")).unwrap();
        assert_eq!(names(&environments), ["b"]);
        let projects: Vec<_> = environments
            .list()
            .into_iter()
            .map(|listed| listed.project)
            .collect();
        assert!(projects.iter().all(Option::is_some), "{projects:?}");
        assert_eq!(
            names(&environments),
            ["b"],
            "who looks at the list opens nothing"
        );
        // Who works on it goes on, and others open it anew.
        at_work.probe_database().unwrap();
        let anew = environments.get(Some("a")).unwrap();
        anew.probe_database().unwrap();
        assert_eq!(names(&environments), ["a", "b"]);
    }
}
