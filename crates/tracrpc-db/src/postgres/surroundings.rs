//! Where this process runs: its variables, its user and the files that it may read.

use std::fs;
use std::path::Path;

use super::libpq::Surroundings;

/// The surroundings of this process.
pub(super) struct Process;

impl Surroundings for Process {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn user(&self) -> Option<String> {
        whoami::username().ok()
    }

    fn file(&self, path: &Path) -> Option<String> {
        fs::read_to_string(path).ok()
    }

    /// libpq takes a file whose group or the world has any rights for none.
    fn private_file(&self, path: &Path) -> Option<String> {
        let metadata = fs::metadata(path).ok()?;
        (metadata.is_file() && is_private(&metadata)).then(|| self.file(path))?
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }
}

#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_metadata: &fs::Metadata) -> bool {
    true
}
