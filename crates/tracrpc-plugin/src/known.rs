//! The environments that a plugin is told of before it is asked about any.

use std::path::{Path, PathBuf};

use tracrpc_env::EnvironmentDirectory;
use tracrpc_plugin_protocol::messages::Environment;

use crate::plugins::PluginConfig;

impl PluginConfig {
    /// The same, for a server with the environments in these directories. Those that the
    /// plugin is not for are left out.
    #[must_use]
    pub fn knowing(mut self, directories: &[PathBuf]) -> Self {
        let described = directories.iter().filter_map(|path| described(path));
        let served = described.filter(|environment| self.serves(&environment.name));
        self.settings.environments = served.collect();
        self
    }
}

/// An environment as plugins know it.
pub(crate) fn environment(place: &EnvironmentDirectory) -> Environment {
    Environment {
        name: place.name().to_owned(),
        path: place.path().to_string_lossy().into_owned(),
        base_url: place.config().trac().base_url.clone(),
    }
}

/// What cannot be read is left out, as it cannot be served: when it is mended, the plugin
/// hears of it by `describe`.
fn described(path: &Path) -> Option<Environment> {
    let place = EnvironmentDirectory::load(path).ok()?;
    Some(environment(&place))
}
