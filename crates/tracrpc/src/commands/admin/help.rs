//! `help`: what commands there are.

use std::io::{self, Write};

use super::{AdminCommand, Failure, Session, all};

pub(super) const COMMANDS: &[AdminCommand] = &[AdminCommand {
    name: "help",
    usage: "[command] [...]",
    help: "Show documentation",
    run,
}];

/// Lists all commands, or explains those that begin with `words`.
pub(super) fn run(session: &mut Session<'_>, words: &[String]) -> Result<(), Failure> {
    if words.is_empty() {
        return Ok(list(session.out)?);
    }
    let mut found: Vec<_> = all()
        .filter(|command| {
            let mut own = command.words();
            words.iter().all(|word| own.next() == Some(word))
        })
        .collect();
    if found.is_empty() {
        return Err(Failure::Text(format!(
            "No documentation found for '{}'. Use 'help' to see the list of commands.",
            words.join(" ")
        )));
    }
    found.sort_by_key(|command| command.name);
    show(session, &found)?;
    Ok(())
}

/// Explains some commands.
pub(super) fn show(session: &mut Session<'_>, commands: &[&AdminCommand]) -> io::Result<()> {
    for command in commands {
        write!(
            session.out,
            "{}",
            command.explained().layout(commands.len() == 1)
        )?;
    }
    Ok(())
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "tracrpc admin - The Trac Administration Console {}\n",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(
        out,
        "Usage: tracrpc admin </path/to/projenv> [command [subcommand] [option ...]]\n"
    )?;
    let mut commands: Vec<_> = all().collect();
    commands.sort_by_key(|command| (!matches!(command.name, "help" | "initenv"), command.name));
    let width = commands
        .iter()
        .map(|command| command.name.len())
        .max()
        .unwrap_or_default();
    for command in commands {
        let summary = command.explained().summary();
        writeln!(out, "{:width$}  {summary}", command.name)?;
    }
    Ok(())
}
