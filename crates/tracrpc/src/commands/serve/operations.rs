//! Arguments by which those who run a server watch it, and shut parts of it.

use std::net::SocketAddr;
use std::path::PathBuf;

use tracrpc_server::{AuditTarget, Operations};

/// How those who run the server watch it, and what it does without.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Operations")]
pub(super) struct OperationArgs {
    /// Write to the end of this file who called what, a line of JSON a request; `-` is standard
    /// output.
    #[arg(long, value_name = "FILE")]
    audit_log: Option<PathBuf>,

    /// An address for `/metrics` (for Prometheus) and `/readyz`, which are nowhere else.
    #[arg(long, value_name = "ADDRESS:PORT")]
    metrics_address: Option<SocketAddr>,

    /// Show nobody the list of the environments.
    #[arg(long)]
    no_index: bool,

    /// Refuse every method that writes. `[tracrpc] read_only` in trac.ini does it for one
    /// environment.
    #[arg(long)]
    read_only: bool,
}

impl OperationArgs {
    /// What the arguments say.
    pub(super) fn operations(&self) -> Operations {
        let target = |path: &PathBuf| match path.as_os_str() == "-" {
            true => AuditTarget::StandardOutput,
            false => AuditTarget::File(path.clone()),
        };
        Operations {
            audit_log: self.audit_log.as_ref().map(target),
            metrics_address: self.metrics_address,
            hides_index: self.no_index,
            is_read_only: self.read_only,
        }
    }
}
