//! `initenv`: makes a new environment.

use std::io::{self, BufRead};
use std::path::Path;

use tracrpc_env::Environment;
use tracrpc_env::config::Config;
use tracrpc_site::InitOptions;

use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[AdminCommand {
    name: "initenv",
    usage: "[<projectname> <db>] [...]",
    help: "Create and initialize a new environment\n\n\
           Without arguments, the name of the project and the database are asked for.\n\n\
           --inherit=PATH, once or more, names a file that the new trac.ini inherits; \
           what is set there is not written again. A relative path is relative to the \
           \"conf\" directory of the new environment.\n\n\
           --config=PATH names a file whose options are written to the new trac.ini.\n\n\
           --no-default-data leaves out the components, milestones, versions, enums, \
           permissions and reports that projects begin with.",
    run,
}];

/// The words of the command line, sorted.
#[derive(Default)]
struct Words {
    positional: Vec<String>,
    inherit: Vec<String>,
    config: Option<String>,
    no_default_data: bool,
}

fn run(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let path = session.path()?;
    if path.join("VERSION").exists() {
        return Err(failed(&path, "Does an environment already exist?"));
    }
    writeln!(
        session.out,
        "Creating a new Trac environment at {}",
        path.display()
    )?;
    let words = Words::sort(arguments);
    let options = init_options(session, &path, words)?;
    let env = tracrpc_site::create(&path, &options).map_err(|error| failed(&path, error))?;
    print_next_steps(session, &env)
}

impl Words {
    fn sort(arguments: &[String]) -> Self {
        let mut words = Self::default();
        for word in arguments {
            if let Some(path) = word.strip_prefix("--inherit=") {
                words.inherit.push(path.to_owned());
            } else if let Some(path) = word.strip_prefix("--config=") {
                words.config = Some(path.to_owned());
            } else if word == "--no-default-data" {
                words.no_default_data = true;
            } else {
                words.positional.push(word.clone());
            }
        }
        words
    }
}

fn init_options(
    session: &mut Session<'_>,
    path: &Path,
    words: Words,
) -> Result<InitOptions, Failure> {
    let mut options = InitOptions::default();
    if let Some(file) = &words.config {
        options.options = options_of_file(path, Path::new(file))?;
    }
    options.inherit = words.inherit;
    options.default_data = !words.no_default_data;
    match (words.positional.as_slice(), words.config.is_some()) {
        ([], false) => ask(session, &mut options)?,
        ([], true) => {}
        ([name], true) => options.project_name = Some(name.clone()),
        ([name, database], _) => {
            options.project_name = Some(name.clone());
            options.database = Some(database.clone());
        }
        (other, _) => {
            return Err(failed(
                path,
                format!("Wrong number of arguments: {}", other.len()),
            ));
        }
    }
    Ok(options)
}

fn options_of_file(path: &Path, file: &Path) -> Result<Vec<(String, String, String)>, Failure> {
    if !file.is_file() {
        let file = file.display();
        let reason = format!("The file specified in the --config argument does not exist: {file}.");
        return Err(failed(path, reason));
    }
    let config = Config::load(file).map_err(|error| failed(path, error))?;
    let written = config.written().into_iter();
    Ok(written
        .map(|(s, o, v)| (s.to_owned(), o.to_owned(), v.to_owned()))
        .collect())
}

fn ask(session: &mut Session<'_>, options: &mut InitOptions) -> Result<(), Failure> {
    writeln!(session.out, "\n Please enter the name of your project.")?;
    options.project_name = Some(answer(session, "Project Name", "My Project")?);
    writeln!(
        session.out,
        "\n Please specify the connection string for the database. By default,\n \
         a local SQLite database is created in the environment directory.\n \
         PostgreSQL is postgres://user:password@host/database?schema=name"
    )?;
    options.database = Some(answer(
        session,
        "Database connection string",
        "sqlite:db/trac.db",
    )?);
    writeln!(session.out)?;
    Ok(())
}

/// The line that the user types, or `default` if it is empty.
fn answer(session: &mut Session<'_>, question: &str, default: &str) -> Result<String, Failure> {
    write!(session.out, "{question} [{default}]> ")?;
    session.out.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let line = line.trim();
    Ok(if line.is_empty() { default } else { line }.to_owned())
}

fn print_next_steps(session: &mut Session<'_>, env: &Environment) -> Result<(), Failure> {
    let config = env.config();
    let name = config.get("project", "name").unwrap_or_default();
    let path = session.given_path().display().to_string();
    writeln!(
        session.out,
        "\nProject environment for '{name}' created.\n\n\
         You may configure the environment by editing the file:\n\n  {}\n\n\
         To give a user access to the remote API, and to serve it:\n\n  \
         tracrpc admin {path} user add joe\n  \
         tracrpc admin {path} permission add authenticated XML_RPC\n  \
         tracrpc serve --port 8000 {path}\n\n\
         Programs then call http://localhost:8000/{}/login/rpc; opened in a browser,\n\
         the same address is the documentation of all methods.\n",
        config.path().display(),
        env.name(),
    )?;
    Ok(())
}

fn failed(path: &Path, reason: impl std::fmt::Display) -> Failure {
    Failure::Text(format!(
        "Initenv for '{}' failed. \n{reason}",
        path.display()
    ))
}
