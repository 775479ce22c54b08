//! The configuration of an environment: `trac.ini`, what it inherits, and
//! Trac's defaults.

mod ini;

use std::path::{Path, PathBuf};

pub use ini::{Ini, IniError};

use crate::error::{Error, Result};

/// The configuration as it was when it was last read.
#[derive(Debug, Default)]
pub struct Config {
    path: PathBuf,
    own: Ini,
}

impl Config {
    /// Reads `trac.ini` and the files that it inherits.
    ///
    /// # Errors
    /// A file that cannot be read or understood, or that inherits itself.
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let own = Ini::parse(&text)
            .map_err(|error| Error::config(format!("{}: {error}", path.display())))?;
        Ok(Self {
            path: path.to_owned(),
            own,
        })
    }

    /// The value of an option: from `trac.ini`, else from what it inherits,
    /// else Trac's default; none if nobody knows the option.
    #[must_use]
    pub fn get(&self, section: &str, option: &str) -> Option<&str> {
        self.own.get(section, option)
    }

    /// The path of `trac.ini`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}
