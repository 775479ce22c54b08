//! This program once more, with the arguments that it has.

use std::env;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// A command that is this program, under the same name and with the same arguments.
///
/// # Errors
/// The system does not tell which file this program is.
pub(crate) fn again() -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    let mut arguments = env::args_os();
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    command.args(arguments);
    Ok(command)
}
