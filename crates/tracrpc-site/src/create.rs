//! `initenv`: the directory, the files and the database of a new environment.

use std::fs;
use std::path::Path;

use tracrpc_db::Database;
use tracrpc_env::config::Config;
use tracrpc_env::environment::{DIRECTORY_VERSION, Directory, database_options};
use tracrpc_env::{Error, Result};

use crate::initial;

/// What a new environment is to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InitOptions {
    /// The name of the project: `[project] name`.
    pub project_name: Option<String>,
    /// The database: `[trac] database`.
    pub database: Option<String>,
    /// The files for `[inherit] file`; if there are any, no default is written
    /// to `trac.ini`.
    pub inherit: Vec<String>,
    /// More options, as section, option and value.
    pub options: Vec<(String, String, String)>,
    /// Whether the tables get the components, milestones, permissions and so on
    /// that Trac begins with.
    pub default_data: bool,
}

impl InitOptions {
    /// A project of that name, its database in a file of the environment.
    #[must_use]
    pub fn new(project_name: impl Into<String>) -> Self {
        Self {
            project_name: Some(project_name.into()),
            ..Self::default()
        }
    }
}

impl Default for InitOptions {
    fn default() -> Self {
        Self {
            project_name: None,
            database: None,
            inherit: Vec::new(),
            options: Vec::new(),
            default_data: true,
        }
    }
}

/// Makes an environment. What was made is removed again if something fails.
pub(crate) fn create(path: &Path, options: &InitOptions) -> Result<()> {
    let directory = &Directory::new(path)?;
    let path = directory.path();
    let existed = check_place(path)?;
    let result = fill(directory, options);
    if result.is_err() {
        clean_up(path, existed);
    }
    result
}

/// Tells whether there is an empty directory.
fn check_place(path: &Path) -> Result<bool> {
    let base = path.parent().unwrap_or(path);
    if !base.is_dir() {
        return Err(Error::config(format!(
            "Base directory '{}' does not exist. Please create it and retry.",
            base.display()
        )));
    }
    match path.try_exists()? {
        true if !path.is_dir() => Err(Error::config(format!(
            "{} exists and is not a directory.",
            path.display()
        ))),
        true if fs::read_dir(path)?.next().is_some() => {
            Err(Error::config("Directory exists and is not empty."))
        }
        existed => Ok(existed),
    }
}

fn fill(directory: &Directory, options: &InitOptions) -> Result<()> {
    let path = directory.path();
    make_dir(path)?;
    for name in ["htdocs", "log", "plugins", "templates", "conf"] {
        make_dir(&path.join(name))?;
    }
    fs::write(path.join("VERSION"), format!("{DIRECTORY_VERSION}\n"))?;
    fs::write(path.join("README"), initial::README)?;
    initial::config::write(&directory.config_file(), options)?;
    fill_database(directory, options)
}

fn make_dir(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir(path).map_err(|error| {
        Error::storage(
            format!("cannot make the directory `{}`: {error}", path.display()),
            error,
        )
    })
}

fn fill_database(directory: &Directory, options: &InitOptions) -> Result<()> {
    let config = Config::load(&directory.config_file())?;
    let url = &config.trac().database;
    let database = Database::create(url, directory.path(), database_options(&config)?)?;
    database.write(|connection| {
        initial::insert_versions(connection)?;
        if options.default_data {
            initial::insert(connection)?;
        }
        initial::pages::insert(connection)?;
        Ok(())
    })
}

/// A failed attempt must not be in the way of the next. What cannot be removed
/// stays, as the first error says more than a second one would.
fn clean_up(path: &Path, existed: bool) {
    if !existed {
        let _ = fs::remove_dir_all(path);
        return;
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let path = entry.path();
        let _ = if path.is_dir() {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        };
    }
}
