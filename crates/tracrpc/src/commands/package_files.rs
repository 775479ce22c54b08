//! `tracrpc package-files`: what a package has besides the program.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Run;
use crate::cli::Cli;

/// The shells that have completions.
const SHELLS: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

/// Write manual pages and the completions of shells.
///
/// The folder `man` gets the manual pages, and the directory itself the files `tracrpc.bash`,
/// `_tracrpc` (of zsh) and `tracrpc.fish`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The directory to write to, which is made if it is not there.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Run for Args {
    fn run(self) -> anyhow::Result<ExitCode> {
        let what = || format!("cannot write to {}", self.directory.display());
        let pages = self.directory.join("man");
        std::fs::create_dir_all(&pages).with_context(what)?;
        let mut command = Cli::command();
        clap_mangen::generate_to(command.clone(), &pages).with_context(what)?;
        for shell in SHELLS {
            clap_complete::generate_to(shell, &mut command, "tracrpc", &self.directory)
                .with_context(what)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
