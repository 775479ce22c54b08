//! What tells the directory of an environment from any other.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::config::normalized;
use crate::error::{Error, Result};

/// The first line of the file `VERSION`.
pub const VERSION: &str = "Trac Environment Version 1";

/// The directory of an environment, or where there is to be one.
pub struct Directory {
    path: PathBuf,
    name: String,
}

impl Directory {
    /// The directory at `path`, relative to the working directory.
    pub fn new(path: &Path) -> Result<Self> {
        let path = normalized(&std::path::absolute(path)?);
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self { path, name })
    }

    /// The absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The path of `trac.ini`.
    pub fn config_file(&self) -> PathBuf {
        self.path.join("conf").join("trac.ini")
    }

    /// Refuses what is no environment, or has no configuration.
    pub(crate) fn verify(&self) -> Result<()> {
        self.verify_kind()?;
        let config = self.config_file();
        if config.is_file() {
            return Ok(());
        }
        let config = config.display();
        Err(Error::config(format!(
            "The configuration file is not found at {config}"
        )))
    }

    /// Refuses what is no environment.
    pub(crate) fn verify_kind(&self) -> Result<()> {
        let version = fs::read(self.path.join("VERSION")).map_err(|error| self.none(&error))?;
        let version = String::from_utf8_lossy(&version);
        let kind = version.lines().next().unwrap_or_default().trim_end();
        if kind != VERSION {
            let path = self.path.display();
            return Err(Error::config(format!(
                "Unknown Trac environment type '{kind}': the file VERSION in {path} should begin \
                 with '{VERSION}'"
            )));
        }
        Ok(())
    }

    fn none(&self, error: &std::io::Error) -> Error {
        let path = self.path.display();
        let reason = match error.kind() {
            ErrorKind::NotFound if !self.path.exists() => format!(
                "There is no such directory. To make a new environment there, run:\n\n  \
                 tracrpc admin \"{path}\" initenv"
            ),
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                "It has no file VERSION, so it is something else. Give the directory that holds \
                 conf/trac.ini."
                    .to_owned()
            }
            _ => format!("{}: {error}", self.path.join("VERSION").display()),
        };
        Error::config(format!("No Trac environment found at {path}\n{reason}"))
    }
}
