//! What makes a program a service of its machine: where it runs, as whom, and who is told.

mod background;
mod identity;
mod log_file;
mod open_files;
mod pid_file;
mod supervisor;

use std::path::PathBuf;
use std::process::ExitCode;

use tracrpc_server::{Event, Server};

use self::identity::Identity;
use self::log_file::LogFile;
use self::pid_file::PidFile;

pub(super) use self::supervisor::sockets;

/// The mask of a daemon of Trac's (`trac/util/daemon.py: daemonize`).
const DAEMON_UMASK: u32 = 0o022;

/// Where the server runs, and as whom.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Service")]
pub(super) struct ServiceArgs {
    /// Run in the background. The command ends when the server listens, or with its error.
    #[arg(short, long, conflicts_with = "auto_reload")]
    daemonize: bool,

    /// Write the number of the server's process to this file, as long as it runs. If a process
    /// that runs is in it already, nothing is started.
    #[arg(long, value_name = "FILE", value_parser = absolute)]
    pidfile: Option<PathBuf>,

    /// Which rights files that are made do not get, in octal; 022 with --daemonize.
    #[arg(long, value_name = "MASK", value_parser = umask)]
    umask: Option<u32>,

    /// Become this user, by name or number, and a member of their groups, once the port is
    /// listened on.
    #[arg(long)]
    user: Option<String>,

    /// Become a member of this group, by name or number, instead of the user's own.
    #[arg(long)]
    group: Option<String>,

    /// Append the log to this file, once the server listens. SIGHUP has it opened anew.
    #[arg(long, value_name = "FILE", value_parser = absolute)]
    log_file: Option<PathBuf>,
}

/// A process that is about to serve, or serves. Its end removes the pid file.
pub(super) struct Service {
    identity: Option<Identity>,
    log_path: Option<PathBuf>,
    log_file: Option<LogFile>,
    in_background: bool,
    _pid_file: Option<PidFile>,
}

impl ServiceArgs {
    /// Whether the log does not stay where it begins.
    pub(super) fn moves_log(&self) -> bool {
        self.daemonize || self.log_file.is_some()
    }

    /// Has another process serve in the background, if that is wished: what this one ends with,
    /// when the other serves or has failed. Nothing in the process that is to serve.
    ///
    /// # Errors
    /// There is no such user or group, or no process can be started.
    pub(super) fn leave_to_another(&self) -> anyhow::Result<Option<ExitCode>> {
        if let Some(identity) = self.identity()? {
            identity.go_home();
        }
        match self.daemonize && !background::is_here() {
            true => background::start().map(Some),
            false => Ok(None),
        }
    }

    /// Makes this process the service, but for its privileges.
    ///
    /// # Errors
    /// A file cannot be written, the pid file is that of another process that runs, or there
    /// is no such user or group.
    pub(super) fn begin(&self, connections: usize) -> anyhow::Result<Service> {
        let in_background = self.daemonize;
        if in_background {
            background::leave_session()?;
        }
        if let Some(mask) = self.umask.or(in_background.then_some(DAEMON_UMASK)) {
            rustix::process::umask(rustix::fs::Mode::from_raw_mode(mask));
        }
        open_files::allow(connections);
        let identity = self.identity()?;
        let pid_file = self.pidfile.clone().map(PidFile::claim).transpose()?;
        if let (Some(path), Some(owner)) = (&self.log_file, &identity) {
            LogFile::make(path, owner)?;
        }
        Ok(Service {
            identity,
            log_path: self.log_file.clone(),
            log_file: None,
            in_background,
            _pid_file: pid_file,
        })
    }

    fn identity(&self) -> anyhow::Result<Option<Identity>> {
        Identity::find(self.user.as_deref(), self.group.as_deref())
    }
}

impl Service {
    /// Gives up what only the user who started this may do.
    ///
    /// # Errors
    /// The process may not become that user, or that user not write the log file.
    pub(super) fn become_user(&mut self) -> anyhow::Result<()> {
        if let Some(identity) = &self.identity {
            identity.take_on()?;
        }
        self.log_file = self.log_path.take().map(LogFile::open).transpose()?;
        Ok(())
    }

    /// Heeds signals, says to the supervisor and by `announce` that the server serves, and
    /// lets go of the terminal.
    ///
    /// # Errors
    /// The announcement cannot be made, or the terminal not be let go of.
    pub(super) fn serves(
        &self,
        server: &Server,
        announce: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let log_file = self.log_file.clone();
        server.heed_signals(move |event| {
            if let (Event::Rereading, Some(log_file)) = (event, &log_file) {
                log_file.open_anew();
            }
            supervisor::tell(event);
        });
        supervisor::watch(server);
        supervisor::ready();
        announce()?;
        if let Some(log_file) = &self.log_file {
            log_file.take_log()?;
        }
        match self.in_background {
            true => background::detach(self.log_file.is_some()),
            false => Ok(()),
        }
    }
}

/// The place that a path means now, wherever the process will be.
fn absolute(text: &str) -> Result<PathBuf, String> {
    std::path::absolute(text).map_err(|error| error.to_string())
}

/// As Python's `int(text, 8)` reads it, which `tracd` takes.
fn umask(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix("0o").unwrap_or(text);
    match u32::from_str_radix(digits, 8) {
        Ok(mask @ ..=0o777) => Ok(mask),
        _ => Err("expected an octal number up to 777".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_octal() {
        let check = |text: &str, expected: Option<u32>| {
            assert_eq!(umask(text).ok(), expected, "{text}");
        };
        check("022", Some(0o022));
        check("77", Some(0o077));
        check("0o27", Some(0o027));
        check("0", Some(0));
        check("1000", None);
        check("8", None);
        check("-22", None);
        check("", None);
    }
}
