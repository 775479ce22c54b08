//! A server in the background: a process of its own, without the terminal.
//!
//! Where `tracd` forks, this program starts itself again: a copy of a process has only one of
//! its threads. What the other process writes to its standard output comes through a pipe, and
//! its end is the sign to look how it went.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use anyhow::Context as _;
use rustix::process::getppid;

use super::supervisor;
use crate::again::again;

/// Holds the number of the process that started this one to serve.
const STARTED_BY: &str = "TRACRPC_STARTED_BY";

/// Whether this is the process in the background.
pub(super) fn is_here() -> bool {
    let started_by = std::env::var(STARTED_BY).ok();
    let started_by = started_by.and_then(|text| text.parse().ok());
    started_by.is_some() && started_by == getppid().map(|parent| parent.as_raw_pid())
}

/// Starts the server in the background. Returns what this process is to end with, once the
/// other one serves or has ended.
///
/// # Errors
/// It cannot be started, or sockets were handed over to this very process.
pub(super) fn start() -> anyhow::Result<ExitCode> {
    if supervisor::has_sockets() {
        anyhow::bail!(
            "a supervisor handed over sockets (LISTEN_FDS), which it does to a server in the \
             foreground: leave out --daemonize (-d)"
        );
    }
    let mut child = again()
        .and_then(spawn)
        .context("cannot start the server in the background")?;
    let mut said = String::new();
    if let Some(stdout) = &mut child.stdout {
        stdout.read_to_string(&mut said)?;
    }
    if said.is_empty() {
        // It has told on standard error why.
        return Ok(code(child.wait()?));
    }
    supervisor::ready_elsewhere(child.id());
    let mut out = std::io::stdout().lock();
    out.write_all(said.as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Leaves the session of the terminal: its end is not that of this process.
///
/// # Errors
/// The system does not let it.
pub(super) fn leave_session() -> anyhow::Result<()> {
    rustix::process::setsid().context("cannot leave the session of the terminal")?;
    Ok(())
}

/// Lets go of the terminal; of standard error only unless it `has_log_file`. Standard output
/// is the last one: its end tells the process that waits.
///
/// # Errors
/// `/dev/null` cannot be opened.
pub(super) fn detach(has_log_file: bool) -> anyhow::Result<()> {
    let null = File::options().read(true).write(true).open("/dev/null");
    let null = null.context("cannot open /dev/null")?;
    if !has_log_file {
        rustix::stdio::dup2_stderr(&null)?;
    }
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(&null)?;
    Ok(())
}

fn spawn(mut command: Command) -> std::io::Result<std::process::Child> {
    command
        .env(STARTED_BY, std::process::id().to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
}

fn code(status: ExitStatus) -> ExitCode {
    match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(code @ 1..) => ExitCode::from(code),
        _ => {
            eprintln!("Error: the server in the background ended before it listened: {status}");
            ExitCode::FAILURE
        }
    }
}
