//! The password file of an environment: `conf/htpasswd`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::Environment;
use crate::config::store;
use crate::error::{Error, Result};
use crate::users::{self, unusable};

/// The cost of new hashes: about 50 milliseconds to verify one.
const BCRYPT_COST: u32 = 10;

/// bcrypt looks at no more than that many bytes of a password.
const LONGEST_PASSWORD: usize = 72;

/// Lines of `user:hash`, in the format of Apache's `htpasswd`.
///
/// Comments and the hashes of other users stay as they are.
#[derive(Clone, Debug)]
pub struct PasswordFile {
    path: PathBuf,
}

impl PasswordFile {
    /// The password file of an environment, which need not exist yet.
    #[must_use]
    pub fn of(env: &Environment) -> Self {
        Self::in_directory(env.path())
    }

    /// The password file of the environment in a directory, whether it is open or not.
    #[must_use]
    pub fn in_directory(env: &Path) -> Self {
        Self {
            path: env.join("conf").join("htpasswd"),
        }
    }

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The users in the order of the file; none if there is no file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn users(&self) -> Result<Vec<String>> {
        let text = self.read()?;
        Ok(text
            .lines()
            .filter_map(user_of)
            .map(str::to_owned)
            .collect())
    }

    /// Adds a user.
    ///
    /// # Errors
    /// There is a user of that name, the name or the password cannot be used, or
    /// the file cannot be written.
    pub fn add(&self, user: &str, password: &str) -> Result<()> {
        check_name(user)?;
        let hash = hash(password)?;
        self.change(|text| {
            if text.lines().any(|line| user_of(line) == Some(user)) {
                return Err(Error::conflict(format!("User '{user}' already exists")));
            }
            let end = if text.is_empty() || text.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            Ok(format!("{text}{end}{user}:{hash}\n"))
        })
    }

    /// Changes the password of a user.
    ///
    /// # Errors
    /// There is no user of that name, the password cannot be used, or the file
    /// cannot be written.
    pub fn set_password(&self, user: &str, password: &str) -> Result<()> {
        let hash = hash(password)?;
        self.replace(user, &format!("{user}:{hash}\n"))
    }

    /// Removes a user.
    ///
    /// # Errors
    /// There is no user of that name, or the file cannot be written.
    pub fn remove(&self, user: &str) -> Result<()> {
        self.replace(user, "")
    }

    fn replace(&self, user: &str, new_line: &str) -> Result<()> {
        self.change(|text| {
            if !text.lines().any(|line| user_of(line) == Some(user)) {
                return Err(Error::not_found(format!("User '{user}' doesn't exist")));
            }
            let lines = text.split_inclusive('\n');
            Ok(lines
                .map(|line| {
                    if user_of(line) == Some(user) {
                        new_line
                    } else {
                        line
                    }
                })
                .collect())
        })
    }

    fn change(&self, change: impl FnOnce(&str) -> Result<String>) -> Result<()> {
        let _lock = store::lock(&self.path)?;
        store::write(&self.path, &change(&self.read()?)?)
    }

    fn read(&self) -> Result<String> {
        match fs::read_to_string(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            Err(error) => {
                let message = format!("cannot read `{}`: {error}", self.path.display());
                Err(Error::storage(message, error))
            }
            Ok(text) => Ok(text),
        }
    }
}

fn user_of(line: &str) -> Option<&str> {
    let (user, _) = line.trim_start().split_once(':')?;
    (!user.starts_with('#')).then_some(user)
}

/// Refuses names that the file cannot hold, and those that are none.
fn check_name(user: &str) -> Result<()> {
    match user.starts_with('#') || user.contains(':') {
        true => Err(unusable(user)),
        false => users::check_name(user),
    }
}

fn hash(password: &str) -> Result<String> {
    if password.is_empty() {
        return Err(Error::invalid("the password is empty"));
    }
    if password.len() > LONGEST_PASSWORD {
        return Err(Error::invalid("the password is longer than 72 bytes"));
    }
    let parts = bcrypt::hash_with_result(password, BCRYPT_COST)
        .map_err(|error| Error::invalid(format!("the password cannot be used: {error}")))?;
    // Apache's own prefix, which every htpasswd reader knows.
    Ok(parts.format_for_version(bcrypt::Version::TwoY))
}
