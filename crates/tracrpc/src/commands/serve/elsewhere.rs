//! Services of a machine that is no Unix: they run as they were started.

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::bail;
use tracrpc_server::Server;

/// Flags that need Unix.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ServiceArgs {
    #[arg(short, long, hide = true, conflicts_with = "auto_reload")]
    daemonize: bool,
    #[arg(long, hide = true)]
    pidfile: Option<String>,
    #[arg(long, hide = true)]
    umask: Option<String>,
    #[arg(long, hide = true)]
    user: Option<String>,
    #[arg(long, hide = true)]
    group: Option<String>,
    #[arg(long, hide = true)]
    log_file: Option<String>,
}

/// A process that is about to serve, or serves.
pub(super) struct Service;

impl ServiceArgs {
    /// The log stays where it begins.
    pub(super) fn moves_log(&self) -> bool {
        false
    }

    /// No other process serves.
    ///
    /// # Errors
    /// A flag needs Unix.
    pub(super) fn leave_to_another(&self) -> anyhow::Result<Option<ExitCode>> {
        let texts = [
            &self.pidfile,
            &self.umask,
            &self.user,
            &self.group,
            &self.log_file,
        ];
        if self.daemonize || texts.iter().any(|text| text.is_some()) {
            bail!(
                "--daemonize, --pidfile, --umask, --user, --group and --log-file are for Unix; \
                 a service wrapper of this system does what they do"
            );
        }
        Ok(None)
    }

    /// Nothing is to be done.
    ///
    /// # Errors
    /// None.
    pub(super) fn begin(&self, _connections: usize) -> anyhow::Result<Service> {
        Ok(Service)
    }
}

impl Service {
    /// Nothing is given up.
    ///
    /// # Errors
    /// None.
    pub(super) fn become_user(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    /// Heeds signals, and announces the server.
    ///
    /// # Errors
    /// The announcement cannot be made.
    pub(super) fn serves(
        &self,
        server: &Server,
        announce: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        server.heed_signals(|_| {});
        announce()
    }
}

/// Nobody hands over any.
///
/// # Errors
/// None.
pub(super) fn sockets() -> anyhow::Result<Vec<TcpListener>> {
    Ok(Vec::new())
}
