//! Which plugins a command has, as its flags and a file say, and their start.

use std::path::{Path, PathBuf};
use std::time::Instant;

use tracrpc_env::{Environment, Extensions};
use tracrpc_plugin::{PluginConfig, Plugins};

use crate::plugin_file;
use crate::python_bridge::{Bridge, Python};

/// The flags of all commands that have plugins.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Plugins")]
pub(crate) struct PluginArgs {
    /// A program that extends the server, under a name: `hello=python3 /opt/hello.py`.
    /// Blanks part its arguments. May be repeated.
    #[arg(long, value_name = "NAME=COMMAND", value_parser = plugin_file::from_argument)]
    plugin: Vec<PluginConfig>,

    /// A Python that has Trac (the program, or the folder of a virtual environment; `auto`
    /// looks for one): it runs the plugins of the environments that are written for Trac.
    #[arg(long, value_name = "PYTHON")]
    python: Option<PathBuf>,

    /// A file that describes plugins in tables `[plugin.NAME]`. Without it, the file
    /// `tracrpc.toml` beside the environments is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Plugins that run until this is dropped.
pub(crate) struct Running {
    // They end before the files of the bridge go.
    plugins: Plugins,
    _bridge: Option<Bridge>,
}

impl PluginArgs {
    /// Starts the plugins of the flags and of the file in `beside`, the folder of the
    /// environments. They are told of those in `directories`, which is only called if there
    /// are plugins.
    ///
    /// # Errors
    /// What the flags or the file name makes no sense.
    pub(crate) fn start(
        &self,
        beside: Option<&Path>,
        directories: impl FnOnce() -> Vec<PathBuf>,
    ) -> anyhow::Result<Running> {
        let bridge = self.python.as_deref().map(Bridge::of).transpose()?;
        let mut configs = self.configs(beside, bridge.as_ref())?;
        if !configs.is_empty() {
            let directories = directories();
            let told = configs.into_iter();
            configs = told.map(|config| config.knowing(&directories)).collect();
        }
        Ok(Running {
            plugins: Plugins::start(configs),
            _bridge: bridge,
        })
    }

    /// The same for one environment.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub(crate) fn start_for(&self, path: &Path) -> anyhow::Result<Running> {
        self.start(path.parent(), || vec![path.to_owned()])
    }

    /// Adds the Python bridge, if no flag names a Python and this machine has one with Trac.
    /// Returns whether that is so.
    pub(crate) fn find_python(&mut self) -> bool {
        if self.python.is_none() {
            self.python = Python::find().map(|python| python.program);
            return self.python.is_some();
        }
        false
    }

    fn configs(
        &self,
        beside: Option<&Path>,
        bridge: Option<&Bridge>,
    ) -> anyhow::Result<Vec<PluginConfig>> {
        let beside = beside.map(|folder| folder.join(plugin_file::FILE_NAME));
        let beside = beside.filter(|file| file.exists());
        let file = self.config.as_ref().or(beside.as_ref());
        let command = bridge.map(|bridge| bridge.command.as_slice());
        let of_file = file.map(|file| plugin_file::read(file, command));
        let of_file = of_file.transpose()?.unwrap_or_default();
        let is_there = plugin_file::has_bridge(&of_file);
        let bridge = command.filter(|_| !is_there).map(plugin_file::bridge);
        plugin_file::together([of_file, bridge.into_iter().collect(), self.plugin.clone()])
    }
}

impl Running {
    /// Has environments extended by them.
    pub(crate) fn extend(&self, extensions: &mut Extensions) {
        self.plugins.extend(extensions);
    }

    /// Ends them until `deadline`, whatever they are doing.
    pub(crate) fn end_by(self, deadline: Instant) {
        self.plugins.end_by(deadline);
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.plugins.all().next().is_none()
    }

    /// Opens an environment that they extend.
    ///
    /// # Errors
    /// As [`tracrpc_site::open`].
    pub(crate) fn open(&self, path: &Path) -> tracrpc_env::Result<Environment> {
        let mut extensions = tracrpc_site::builtin();
        self.extend(&mut extensions);
        tracrpc_site::open_with(path, extensions)
    }
}
