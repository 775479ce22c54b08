//! Commands of `trac-admin` that are Trac's business: they say what to do instead.

use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "convert_db",
        usage: "<dburi> [new_env]",
        help: "Convert database\n\n\
               Trac itself copies an environment's tables to another database: the command says \
               how.",
        run: convert_db,
    },
    AdminCommand {
        name: "deploy",
        usage: "<directory>",
        help: "Extract static resources from Trac and all plugins\n\n\
               tracrpc has no web site and needs none of them: the command says how Trac's are \
               extracted.",
        run: deploy,
    },
];

fn convert_db(session: &mut Session<'_>, _: &[String]) -> Result<(), Failure> {
    let path = session.path()?;
    Err(Failure::message(format!(
        "tracrpc does not convert databases. Trac does, and tracrpc goes on with the new one:\n\n  \
         trac-admin \"{}\" convert_db <dburi> [new_env]",
        path.display()
    )))
}

fn deploy(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let path = session.path()?;
    Err(Failure::message(format!(
        "tracrpc is one program and has no files to deploy. For the web site of Trac:\n\n  \
         trac-admin \"{}\" deploy {}",
        path.display(),
        arguments.join(" ")
    )))
}
