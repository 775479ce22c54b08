//! How a server is watched by those who run it, and what it does without.

use std::net::SocketAddr;
use std::path::PathBuf;

/// How a server is watched by those who run it, and what it does without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// Where it is written who called what.
    pub audit_log: Option<AuditTarget>,
    /// The address at which `/metrics` and `/readyz` are, and nothing else. Port 0 takes any
    /// free port.
    pub metrics_address: Option<SocketAddr>,
    /// Whether the list of the environments is shown to nobody.
    pub hides_index: bool,
    /// Whether nothing can be changed, only read, whatever an environment's `trac.ini` says.
    pub is_read_only: bool,
}

/// Where an audit log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditTarget {
    /// To the end of a file, which is made if there is none, for its owner only.
    File(PathBuf),
    /// To standard output.
    StandardOutput,
}
