//! `tracrpc bridge`: the plugin that runs plugins of Trac.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;

use super::Run;
use crate::python_bridge::{self, MODULE, Python};

/// Look after the bridge to plugins that are written for Trac.
///
/// `tracrpc serve --python PYTHON` starts it; nothing has to be installed for that.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write the bridge into the packages of a Python that has Trac.
    ///
    /// It is then a plugin like any other, and a module (`tracrpc_plugin`) that plugins in
    /// Python are written with.
    Install {
        /// The program, or the folder of a virtual environment.
        python: PathBuf,
    },
    /// Tell which Python with Trac is found here.
    Find,
}

impl Run for Args {
    fn run(self) -> anyhow::Result<ExitCode> {
        match self.action {
            Action::Install { python } => install(&Python::named(&python)?),
            Action::Find => find(),
        }
    }
}

fn install(python: &Python) -> anyhow::Result<ExitCode> {
    let packages = &python.packages;
    let written = python_bridge::write_into(packages);
    let written = written.with_context(|| format!("cannot write to {}", packages.display()))?;
    for path in written {
        println!("{}", path.display());
    }
    let program = python.program.display();
    println!("Serve with: tracrpc serve --plugin trac='{program} -m {MODULE}' ENV");
    Ok(ExitCode::SUCCESS)
}

fn find() -> anyhow::Result<ExitCode> {
    let python = Python::find().context("no Python with Trac was found")?;
    println!("{} (Trac {})", python.program.display(), python.trac);
    Ok(ExitCode::SUCCESS)
}
