//! The `tracrpc` command.

mod cli;
mod commands;

use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

use clap::Parser;

/// Gives memory back to the system soon after a large request, which the
/// system's own allocator keeps.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    outlive_file_size_limits();
    let cli = cli::Cli::parse();
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
