//! The command line: what all commands have in common.

use std::io::IsTerminal;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::commands::Command;

/// Trac's remote API as one fast, safe binary.
#[derive(Debug, Parser)]
#[command(name = "tracrpc", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// What is to be done.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// What the log on standard error tells: `error`, `warn`, `info`, `debug`,
    /// `trace`, or a filter such as `tracrpc_server=debug`.
    #[arg(long, global = true, env = "TRACRPC_LOG", value_name = "LEVEL")]
    log: Option<String>,
}

impl Cli {
    /// Sends the log to standard error.
    pub(crate) fn start_log(&self) {
        let level = self.log.as_deref().unwrap_or(self.command.default_log());
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(level))
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal() && !self.command.moves_log())
            .init();
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
