//! Processes as the operating system sees them: their user and group, their end, their memory.

use std::process::Child;

/// How hard a process is asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// SIGTERM.
    Ask,
    /// SIGKILL.
    Force,
}

#[cfg(unix)]
mod system {
    use std::fs;
    use std::io;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    use nix::unistd::User;
    use rustix::io::Errno;
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

    use super::Ending;

    /// The command starts a process group of its own, which has none of this program's
    /// descriptors. The standard library opens them so; those that this program was
    /// started with are not, and neither is what a library in C may have opened.
    pub(crate) fn alone(command: &mut Command) {
        close_fds::set_fds_cloexec_threadsafe(3, &[]);
        command.process_group(0);
    }

    /// The command runs as another user, with that user's own group, no further ones, and
    /// that user's home.
    ///
    /// # Errors
    /// There is no such user.
    pub(crate) fn become_user(command: &mut Command, name: &str) -> io::Result<()> {
        let user = User::from_name(name)?;
        let user = user.ok_or_else(|| io::Error::other(format!("there is no user {name}")))?;
        command
            .uid(user.uid.as_raw())
            .gid(user.gid.as_raw())
            .env("HOME", &user.dir);
        Ok(())
    }

    /// Waits until the process `id` has ended, and leaves it to be reaped: until then its
    /// number belongs to nobody else.
    pub(crate) fn wait(child: &Child) {
        let id = WaitId::Pid(Pid::from_child(child));
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(id.clone(), options), Err(Errno::INTR)) {}
    }

    /// Sends a signal to all processes of the group of `leader`, which must not have been
    /// reaped.
    pub(crate) fn end_group(leader: u32, how: Ending) {
        let signal = match how {
            Ending::Ask => Signal::TERM,
            Ending::Force => Signal::KILL,
        };
        let leader = i32::try_from(leader).ok().and_then(Pid::from_raw);
        if let Some(leader) = leader {
            // A group without processes has ended already.
            let _ = kill_process_group(leader, signal);
        }
    }

    /// How many bytes of memory the process `id` has; none where that cannot be told.
    pub(crate) fn memory(id: u32) -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{id}/statm")).ok()?;
        let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
        let page = u64::try_from(rustix::param::page_size()).ok()?;
        pages.checked_mul(page)
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;
    use std::process::{Child, Command};

    use super::Ending;

    /// Not here: a plugin that is to run as somebody else does not run.
    pub(crate) fn become_user(_: &mut Command, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// There are no process groups.
    pub(crate) fn alone(_: &mut Command) {}

    /// The process is waited for where it is reaped.
    pub(crate) fn wait(_: &Child) {}

    /// Nobody can be asked: the end of standard input has to do.
    pub(crate) fn end_group(_: u32, _: Ending) {}

    /// Not told.
    pub(crate) fn memory(_: u32) -> Option<u64> {
        None
    }
}

pub(crate) use system::{alone, become_user, end_group, memory, wait};

/// How a child has ended, once it has.
pub(crate) fn reap(child: &mut Child) -> String {
    match child.wait() {
        Ok(status) => status.to_string(),
        Err(error) => format!("of which is not known how it ended: {error}"),
    }
}
