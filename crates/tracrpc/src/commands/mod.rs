//! The commands. Each is one file, and one line in the list below.

use std::process::ExitCode;

use clap::Subcommand;

/// What the arguments of a command know.
trait Run {
    /// What the log tells unless `--log` says it.
    const LOG: &'static str = "warn";

    /// Does it. An error is shown as `Error: …` and makes the exit status 1.
    fn run(self) -> anyhow::Result<ExitCode>;
}

macro_rules! commands {
    ($($name:ident: $module:ident,)*) => {
        $(mod $module;)*

        /// What is to be done.
        #[allow(clippy::large_enum_variant, reason = "a process has one of them")]
        #[derive(Debug, Subcommand)]
        pub(crate) enum Command {
            $($name($module::Args),)*
        }

        impl Command {
            /// What the log tells unless `--log` says it.
            pub(crate) fn default_log(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => <$module::Args as Run>::LOG,)*
                }
            }

            /// Does it.
            pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
                match self {
                    $(Self::$name(args) => args.run(),)*
                }
            }
        }
    };
}

impl Command {
    /// Whether the log does not stay where it begins.
    pub(crate) fn moves_log(&self) -> bool {
        matches!(self, Self::Serve(args) if args.moves_log())
    }
}

commands! {
    Admin: admin,
    Bridge: bridge,
    Call: call,
    Demo: demo,
    PackageFiles: package_files,
    Render: render,
    Serve: serve,
}
