//! A Trac environment: a directory with a configuration, a database and files.
//!
//! This is what all parts of the program stand on, so it knows none of them. What
//! they keep for an environment is in its slots, what they add to it among its
//! [`Extensions`], and what happens in it they tell by events.

mod directory;

use std::any::Any;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use tracrpc_db::{Database, Options, WaitBudget, Watched, schema};

pub use self::directory::{Directory, VERSION as DIRECTORY_VERSION};
use crate::config::{Config, Editor, LiveConfig, check_first, store};
use crate::error::{Error, Result};
use crate::extensions::Extensions;
use crate::slots::Slots;
use crate::stored::Int;

/// Somebody's way to an environment that is open, such as that of a request.
///
/// It can go to another thread, but not be used by two: what is nested in one
/// another here shares a connection to the database (see [`Database`]). A clone
/// is another way to the same environment.
pub struct Environment {
    site: Arc<Site>,
    database: Database,
    settled: Option<Settled>,
    /// What belongs to this way.
    own: Slots,
}

/// An environment as long as somebody else keeps it open.
#[derive(Clone)]
pub struct OpenEnvironment {
    site: Weak<Site>,
}

impl OpenEnvironment {
    /// From the next request on the environment has these extensions and no others.
    /// `false` if it is not open any more.
    pub fn replace_extensions(&self, extensions: Extensions) -> bool {
        match self.site.upgrade() {
            Some(site) => {
                site.replace_extensions(extensions);
                true
            }
            None => false,
        }
    }

    /// Whether it is still open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.site.strong_count() > 0
    }
}

impl fmt::Debug for OpenEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenEnvironment").finish_non_exhaustive()
    }
}

/// What all ways to an environment share.
struct Site {
    directory: Directory,
    config: LiveConfig,
    extensions: RwLock<Arc<Extensions>>,
    /// The configuration of which extenders know.
    told: Told,
    slots: Slots,
}

/// The configuration of which somebody was told last.
struct Told(Mutex<Arc<Config>>);

impl Told {
    /// Whether this is another one; it is the one that was told last from now on.
    fn is_other(&self, config: &Arc<Config>) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_other = !Arc::ptr_eq(&told, config);
        if is_other {
            *told = Arc::clone(config);
        }
        is_other
    }
}

/// What stays as it is for a request.
struct Settled {
    config: Arc<Config>,
    extensions: Arc<Extensions>,
}

/// The directory of an environment whose database is not open yet.
pub struct EnvironmentDirectory {
    directory: Directory,
    config: LiveConfig,
}

/// An extension that adds others, once it is known to which environment.
pub trait Extender: Send + Sync {
    /// Adds what there is for the environment, whose database is not open yet.
    fn extend(&self, environment: &EnvironmentDirectory, extensions: &mut Extensions);

    /// The environment is open. Who wants to replace its extensions later keeps a
    /// [way](Environment::downgrade) to it.
    fn opened(&self, environment: &Environment);

    /// A request begins with another configuration than the one before, and has not settled
    /// on its extensions yet.
    fn configured(&self, environment: &Environment, config: &Config) {
        let _ = (environment, config);
    }
}

impl EnvironmentDirectory {
    /// The absolute path of the environment's directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The last part of the path, by which the environment is served.
    #[must_use]
    pub fn name(&self) -> &str {
        self.directory.name()
    }

    /// Reads the configuration of an environment, whoever made it.
    ///
    /// # Errors
    /// The directory is missing or no environment, or `trac.ini` cannot be read.
    /// The message says what to do about it.
    pub fn load(path: &Path) -> Result<Self> {
        let directory = Directory::new(path)?;
        directory.verify()?;
        let config = LiveConfig::load(&directory.config_file())?;
        check_first(&config.current())?;
        Ok(Self { directory, config })
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        self.config.current()
    }

    /// Opens the environment.
    ///
    /// # Errors
    /// The database cannot be opened or is not that of Trac 1.6. The message says
    /// what to do about it.
    pub fn open(self, extensions: Extensions) -> Result<Environment> {
        let database = open_database(&self.directory, &self.config(), &extensions)?;
        check_version(&self.directory, &database)?;
        let told = Told(Mutex::new(self.config()));
        let site = Site {
            directory: self.directory,
            config: self.config,
            told,
            extensions: RwLock::new(Arc::new(extensions)),
            slots: Slots::default(),
        };
        Ok(Environment {
            site: Arc::new(site),
            database,
            settled: None,
            own: Slots::default(),
        })
    }
}

impl Environment {
    /// Refuses a directory that is no environment, whatever the state of one is
    /// that is.
    ///
    /// # Errors
    /// It is missing, or its file `VERSION` is not that of an environment.
    pub fn check_place(path: impl AsRef<Path>) -> Result<()> {
        Directory::new(path.as_ref())?.verify_kind()
    }

    /// The way of one request to the environment: its waits for the database
    /// count together, and the configuration and the extensions stay as they are
    /// now, as Trac has it, without another look at their files.
    #[must_use]
    pub fn for_request(&self, budget: WaitBudget) -> Self {
        let config = self.config();
        self.tell_of(&config);
        Self {
            site: Arc::clone(&self.site),
            database: self.database.within(budget),
            settled: Some(Settled {
                config,
                extensions: self.extensions(),
            }),
            own: Slots::default(),
        }
    }

    /// Tells those who extend the environment of a configuration that they do not know.
    fn tell_of(&self, config: &Arc<Config>) {
        let extensions = self.extensions();
        let extenders = extensions.of::<dyn Extender>();
        if !extenders.is_empty() && self.site.told.is_other(config) {
            for extender in extenders {
                extender.configured(self, config);
            }
        }
    }

    /// The absolute path of the environment's directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.site.directory.path()
    }

    /// The last part of the path, by which the environment is served.
    #[must_use]
    pub fn name(&self) -> &str {
        self.site.directory.name()
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Database {
        &self.database
    }

    /// Goes on only if somebody still waits for the request whose way this is.
    ///
    /// # Errors
    /// *Cancelled* if its time is up, or its client has gone.
    pub fn go_on(&self) -> Result<()> {
        Ok(self.database.cancel().check()?)
    }

    /// The configuration as its files are now, or were when the request began.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        match &self.settled {
            Some(settled) => Arc::clone(&settled.config),
            None => self.site.config.current(),
        }
    }

    /// The extensions that the environment has now, or had when the request began.
    #[must_use]
    pub fn extensions(&self) -> Arc<Extensions> {
        match &self.settled {
            Some(settled) => Arc::clone(&settled.extensions),
            None => {
                let current = self.site.extensions.read();
                Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
            }
        }
    }

    /// From the next request on the environment has these extensions and no others.
    pub fn replace_extensions(&self, extensions: Extensions) {
        self.site.replace_extensions(extensions);
    }

    /// What can be held without keeping the environment open.
    #[must_use]
    pub fn downgrade(&self) -> OpenEnvironment {
        OpenEnvironment {
            site: Arc::downgrade(&self.site),
        }
    }

    /// What a part of the program keeps for this way to the environment, such as that of
    /// a request: the one value of type `T`, made when it is first asked for.
    #[must_use]
    pub fn request_slot<T: Any + Default + Send + Sync>(&self) -> &T {
        self.own.get()
    }

    /// What a part of the program keeps for the environment: the one value of
    /// type `T`, made when it is first asked for.
    #[must_use]
    pub fn slot<T: Any + Default + Send + Sync>(&self) -> &T {
        self.site.slots.get()
    }

    /// Changes `trac.ini` line by line. The change counts at once, but for a request that has
    /// settled on a configuration.
    ///
    /// # Errors
    /// What `change` says, or a file that cannot be read, understood or written. The file is
    /// unchanged then.
    pub fn edit_config<T>(&self, change: impl FnOnce(&mut Editor) -> Result<T>) -> Result<T> {
        let (result, text) = store::edit_telling(self.config().path(), change)?;
        self.site.config.reread_own(&text);
        Ok(result)
    }

    /// Reads the configuration again, whether its files look as if they had
    /// changed or not.
    pub fn reread_config(&self) {
        self.site.config.reread();
    }

    /// That the database is there and is that of an environment, by pages that
    /// are read from it now.
    ///
    /// # Errors
    /// It is missing, damaged, out of reach, or something else.
    pub fn probe_database(&self) -> Result<()> {
        let version = self.db().probe(VERSION)?;
        let newest = self.db().probe("SELECT MAX(id) FROM ticket")?;
        match version.is_empty() || newest.is_empty() {
            true => Err(Error::config("The database has no version")),
            false => Ok(()),
        }
    }

    /// The directory of the attachments' files.
    #[must_use]
    pub fn attachments_dir(&self) -> PathBuf {
        self.path().join("files").join("attachments")
    }

    /// The directory of `trac.ini`.
    #[must_use]
    pub fn conf_dir(&self) -> PathBuf {
        self.path().join("conf")
    }

    /// The directory of the log.
    #[must_use]
    pub fn log_dir(&self) -> PathBuf {
        self.path().join("log")
    }
}

impl Site {
    fn replace_extensions(&self, extensions: Extensions) {
        let current = self.extensions.write();
        *current.unwrap_or_else(PoisonError::into_inner) = Arc::new(extensions);
    }
}

/// What version of Trac's tables a database has.
const VERSION: &str = "SELECT value FROM system WHERE name = 'database_version'";

impl Clone for Environment {
    fn clone(&self) -> Self {
        Self {
            site: Arc::clone(&self.site),
            database: self.database.clone(),
            settled: None,
            own: Slots::default(),
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Environment").field(&self.path()).finish()
    }
}

fn open_database(
    directory: &Directory,
    config: &Config,
    extensions: &Extensions,
) -> Result<Database> {
    let watched = extensions.of::<Watched>().iter().map(|watched| **watched);
    let mut options = database_options(config)?;
    options.watched = watched.collect();
    let database = Database::open(&config.trac().database, directory.path(), options)?;
    Ok(database)
}

/// How the pool of connections behaves, where `trac.ini` says something of it.
pub fn database_options(config: &Config) -> Result<Options> {
    let mut options = Options::default();
    if let Ok(seconds @ 1..) = u64::try_from(config.trac().timeout.get()?) {
        options.wait = Duration::from_secs(seconds);
    }
    Ok(options)
}

fn check_version(directory: &Directory, database: &Database) -> Result<()> {
    let row = database.read(|connection| connection.query_one(VERSION, &[]))?;
    let version = row
        .map(|row| row.get::<Int>(0))
        .transpose()?
        .and_then(Int::known)
        .unwrap_or_default();
    let path = directory.path().display();
    if version < schema::VERSION {
        return Err(Error::config(format!(
            "The Trac Environment needs to be upgraded. Run:\n\n  trac-admin \"{path}\" upgrade\n\n\
             Its database has version {version}; version {} (Trac 1.6) is needed.",
            schema::VERSION
        )));
    }
    if version > schema::VERSION {
        return Err(Error::config(format!(
            "The database of the Trac environment at {path} has version {version}, which is newer \
             than {} (Trac 1.6). It was upgraded by a later Trac; use a tracrpc that knows it.",
            schema::VERSION
        )));
    }
    Ok(())
}
