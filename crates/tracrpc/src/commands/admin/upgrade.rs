//! `upgrade`: says whether the database is that of Trac 1.6.

use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[AdminCommand {
    name: "upgrade",
    usage: "[--no-backup]",
    help: "Upgrade database to current version\n\n\
           The database of Trac 1.6 is the current one. An older one is left alone: \
           the command says how Trac itself upgrades it.",
    run: upgrade,
}];

fn upgrade(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    if !arguments
        .iter()
        .all(|word| matches!(word.as_str(), "-b" | "--no-backup"))
    {
        return Err(Failure::InvalidArguments);
    }
    // Environments of other versions do not open, and say what to do.
    session.env()?;
    writeln!(session.out, "Database is up to date, no upgrade necessary.")?;
    Ok(())
}
