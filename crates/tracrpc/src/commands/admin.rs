//! `tracrpc admin ENV …`: the commands of `trac-admin`, in its words.
//!
//! A command is a row in its file; a file is a line in the list below. What `help`
//! shows and how many arguments a command takes are derived from the row.

mod attachment;
mod component;
mod config;
mod console;
mod csv;
mod dates;
mod elsewhere;
mod help;
mod hotcopy;
mod initenv;
mod line;
mod milestone;
mod output;
mod permission;
mod plugin;
mod repository;
mod session;
mod sessions;
mod ticket;
mod token;
mod upgrade;
mod usage;
mod user;
mod value;
mod version;
mod wiki;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use tracrpc_env::ErrorKind;
use tracrpc_markup::admin_help::CommandHelp;

use self::session::Session;
use super::Run;
use crate::plugin_args::PluginArgs;

/// The commands, a line for each file.
const COMMANDS: &[&[AdminCommand]] = &[
    attachment::COMMANDS,
    component::COMMANDS,
    config::COMMANDS,
    elsewhere::COMMANDS,
    help::COMMANDS,
    hotcopy::COMMANDS,
    initenv::COMMANDS,
    milestone::COMMANDS,
    permission::COMMANDS,
    plugin::COMMANDS,
    repository::COMMANDS,
    sessions::COMMANDS,
    ticket::COMMANDS,
    token::COMMANDS,
    upgrade::COMMANDS,
    user::COMMANDS,
    value::COMMANDS,
    version::COMMANDS,
    wiki::COMMANDS,
];

/// A command of `tracrpc admin`.
struct AdminCommand {
    /// Its words: `component add`.
    name: &'static str,
    /// Its arguments: `<name>` must be there, `[owner]` may, `[...]` are any
    /// number more.
    usage: &'static str,
    /// What it does: a line, and further paragraphs after empty lines.
    help: &'static str,
    /// Does it, with as many arguments as `usage` allows.
    run: fn(&mut Session<'_>, &[String]) -> Result<(), Failure>,
}

/// Why a command did not do its work. The exit status is 2, as `trac-admin`'s.
#[derive(Debug)]
enum Failure {
    /// The arguments make no sense; the usage is shown.
    InvalidArguments,
    /// There is no such command; those that begin so are shown.
    NoCommand,
    /// What to say after `Error: `.
    Message(String),
    /// What to say as it is.
    Text(String),
}

/// Administrate an environment.
///
/// `tracrpc admin ENV help` lists the commands; they are those of `trac-admin`.
/// Without a command they are read from standard input, a line each.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    plugins: PluginArgs,

    /// The directory of the environment.
    env: PathBuf,

    /// The command and its arguments; none for a console.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "COMMAND"
    )]
    command: Vec<OsString>,
}

impl Run for Args {
    fn run(self) -> anyhow::Result<ExitCode> {
        let mut words = Vec::new();
        for word in self.command {
            words.push(word.into_string().map_err(not_unicode)?);
        }
        let mut out = io::stdout().lock();
        let mut session = Session::new(self.env, self.plugins, &mut out);
        let result = match words.is_empty() {
            true => console::converse(&mut session),
            false => run(&mut session, &words),
        };
        session.send_mail();
        Ok(report(&mut session, &words, result))
    }
}

fn not_unicode(word: OsString) -> anyhow::Error {
    anyhow::anyhow!("the argument `{}` is not UTF-8", word.display())
}

fn run(session: &mut Session<'_>, words: &[String]) -> Result<(), Failure> {
    let Some(command) = find(words) else {
        return Err(Failure::NoCommand);
    };
    let arguments = words.get(command.words().count()..).unwrap_or_default();
    // To trac-admin this is a name or a password like any other; nobody means that.
    if arguments.last().is_some_and(|last| last == "--help") {
        let name: Vec<String> = command.words().map(str::to_owned).collect();
        return help::run(session, &name);
    }
    if !usage::allows(command.usage, arguments.len()) {
        return Err(Failure::InvalidArguments);
    }
    (command.run)(session, arguments)?;
    session.out.flush()?;
    Ok(())
}

/// Tells the user what went wrong, and the system in its exit status.
fn report(session: &mut Session<'_>, words: &[String], result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Text(text)) => eprintln!("{text}"),
        Err(Failure::Message(text)) => eprintln!("Error: {text}"),
        Err(Failure::InvalidArguments) => {
            eprintln!("Error: Invalid arguments");
            let name = find(words).map(|command| command.words().map(str::to_owned).collect());
            show_usage(session, name.unwrap_or_default());
        }
        Err(Failure::NoCommand) => {
            eprintln!("Error: Command not found");
            show_usage(session, words.iter().take(1).cloned().collect());
        }
    }
    ExitCode::from(2)
}

/// Explains the commands that begin with `words`, after an empty line.
fn show_usage(session: &mut Session<'_>, words: Vec<String>) {
    let shown = writeln!(session.out).map_err(Failure::from);
    if let Err(Failure::Text(text)) = shown.and_then(|()| help::run(session, &words)) {
        eprintln!("{text}");
    }
}

fn all() -> impl Iterator<Item = &'static AdminCommand> {
    COMMANDS.iter().copied().flatten()
}

fn find(words: &[String]) -> Option<&'static AdminCommand> {
    all().find(|command| {
        words.len() >= command.words().count() && command.words().zip(words).all(|(a, b)| a == b)
    })
}

impl AdminCommand {
    fn words(&self) -> impl Iterator<Item = &'static str> {
        self.name.split(' ')
    }

    fn explained(&self) -> CommandHelp {
        CommandHelp {
            name: self.name,
            usage: self.usage,
            help: self.help,
        }
    }
}

impl Failure {
    /// An error that the command of `trac-admin` expects: its class is not named.
    fn expected(error: tracrpc_env::Error) -> Self {
        Self::Message(error.to_string())
    }

    /// A text that follows `Error: `.
    fn message(text: impl Into<String>) -> Self {
        Self::Message(text.into())
    }
}

impl From<tracrpc_env::Error> for Failure {
    fn from(error: tracrpc_env::Error) -> Self {
        // trac-admin names the class of an exception that is not its own.
        let class = match error.kind() {
            ErrorKind::NotFound => "ResourceNotFound",
            ErrorKind::Conflict => "ResourceExistsError",
            ErrorKind::Invalid => "TracError",
            _ => "Error",
        };
        Self::Text(format!("{class}: {error}"))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            // Whoever read our output has seen enough.
            std::process::exit(0);
        }
        Self::Message(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn commands_take_what_those_of_trac_admin_take() {
        let known = tracrpc_markup::admin_help::TRAC_ADMIN
            .iter()
            .copied()
            .flatten();
        for known in known.filter(|known| known.name != "initenv") {
            let own = all().find(|command| command.name == known.name);
            assert_eq!(
                own.map(|own| own.usage),
                Some(known.usage),
                "{}",
                known.name
            );
        }
    }

    #[test]
    fn no_command_hides_another() {
        let mut seen = HashSet::new();
        for command in all() {
            assert!(seen.insert(command.name), "{} is there twice", command.name);
            let words: Vec<_> = command.words().map(str::to_owned).collect();
            assert_eq!(find(&words).map(|found| found.name), Some(command.name));
        }
    }
}
