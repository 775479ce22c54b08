//! The `tracrpc` command.

#[cfg(unix)]
mod again;
mod allocator;
mod cli;
mod commands;
mod plugin_args;
mod plugin_file;
mod python_bridge;

use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

use clap::Parser;

fn main() -> ExitCode {
    outlive_file_size_limits();
    let cli = cli::Cli::parse();
    if matches!(cli.command, commands::Command::Serve(_)) {
        allocator::give_back_at_once();
    }
    cli.start_log();
    cli.command.run().unwrap_or_else(|error| {
        eprintln!("Error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Lets a write beyond the limit of a file's size (`ulimit -f`) fail, as one on
/// a full disk does, where the signal would end the process in the middle of it.
/// It is caught and not ignored, so that programs that we start do not inherit it.
fn outlive_file_size_limits() {
    #[cfg(unix)]
    if let Err(error) = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default()) {
        eprintln!("Warning: a file that may not grow any further will end this: {error}");
    }
}
