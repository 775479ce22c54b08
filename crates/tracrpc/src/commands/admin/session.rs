//! What a command of `tracrpc admin` works with.

use std::io::Write;
use std::path::{Path, PathBuf};

use tracrpc_env::{Environment, Error};

/// The environment, opened when it is first needed, and the standard output.
pub(super) struct Session<'a> {
    /// Where results go.
    pub(super) out: &'a mut dyn Write,
    path: PathBuf,
    env: Option<Environment>,
}

impl<'a> Session<'a> {
    /// A session that works on the environment at `path`.
    pub(super) fn new(path: PathBuf, out: &'a mut dyn Write) -> Self {
        Self { out, path, env: None }
    }

    /// The absolute path of the environment, which need not exist.
    pub(super) fn path(&self) -> Result<PathBuf, Error> {
        Ok(std::path::absolute(&self.path)?)
    }

    /// The path as the user wrote it.
    pub(super) fn given_path(&self) -> &Path {
        &self.path
    }

    /// The environment.
    pub(super) fn env(&mut self) -> Result<Environment, Error> {
        if let Some(env) = &self.env {
            return Ok(env.clone());
        }
        let env = Environment::open(&self.path)?;
        self.env = Some(env.clone());
        Ok(env)
    }
}
