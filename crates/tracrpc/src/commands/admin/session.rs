//! What a command of `tracrpc admin` works with.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use tracrpc_env::{Environment, Error};

use crate::plugin_args::{PluginArgs, Running};

/// How long a command waits for the mail server.
const PATIENCE: Duration = Duration::from_secs(30);

/// The environment, opened when it is first needed, and the standard output.
pub(super) struct Session<'a> {
    /// Where results go.
    pub(super) out: &'a mut dyn Write,
    path: PathBuf,
    args: PluginArgs,
    // It is closed before the plugins end.
    env: Option<Rc<Environment>>,
    plugins: Option<Running>,
}

impl<'a> Session<'a> {
    /// A session that works on the environment at `path`.
    pub(super) fn new(path: PathBuf, args: PluginArgs, out: &'a mut dyn Write) -> Self {
        Self {
            out,
            path,
            args,
            env: None,
            plugins: None,
        }
    }

    /// The absolute path of the environment, which need not exist.
    pub(super) fn path(&self) -> Result<PathBuf, Error> {
        Ok(std::path::absolute(&self.path)?)
    }

    /// The path as the user wrote it.
    pub(super) fn given_path(&self) -> &Path {
        &self.path
    }

    /// Waits until the mail that the command caused is sent.
    pub(super) fn send_mail(&self) {
        if let Some(env) = &self.env
            && !tracrpc_mail::finish(env, PATIENCE)
        {
            eprintln!("Warning: the mail server does not take mail, which is given up");
        }
    }

    /// Has the Python bridge among the plugins, if this machine has a Python with Trac.
    pub(super) fn find_python(&mut self) {
        if self.args.find_python() {
            self.env = None;
            self.plugins = None;
        }
    }

    /// The environment, with its plugins.
    pub(super) fn env(&mut self) -> Result<Rc<Environment>, Error> {
        if let Some(env) = &self.env {
            return Ok(Rc::clone(env));
        }
        let path = self.path()?;
        let plugins = self.args.start_for(&path);
        let plugins = plugins.map_err(|error| Error::config(format!("{error:#}")))?;
        let env = Rc::new(plugins.open(&path)?);
        self.plugins = Some(plugins);
        self.env = Some(Rc::clone(&env));
        Ok(env)
    }
}
