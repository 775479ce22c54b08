//! `hotcopy`: a copy of an environment that is in use.

use std::path::Path;

use tracrpc_site::hotcopy::hotcopy;

use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[AdminCommand {
    name: "hotcopy",
    usage: "<backupdir> [--no-database]",
    help: "Make a hot backup copy of an environment\n\n\
           The environment may be in use; changes wait until the copy is done. A \
           PostgreSQL database is written to db/postgres-db-backup.sql of the copy.\n\n\
           With --no-database, the database is left out.",
    run,
}];

fn run(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let (destination, with_database) = match arguments {
        [destination] => (destination, true),
        [destination, flag] if flag == "--no-database" => (destination, false),
        _ => return Err(Failure::InvalidArguments),
    };
    let env = session.env()?;
    writeln!(
        session.out,
        "Hotcopying {} to {destination} ...",
        env.path().display()
    )?;
    session.out.flush()?;
    hotcopy(&env, Path::new(destination), with_database)?;
    writeln!(session.out, "Hotcopy done.")?;
    Ok(())
}
