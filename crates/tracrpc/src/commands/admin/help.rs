//! `help`: what commands there are.

use std::io::{self, Write};

use super::{AdminCommand, Failure, Session, all};

pub(super) const COMMANDS: &[AdminCommand] = &[AdminCommand {
    name: "help",
    usage: "[command] [...]",
    help: "Show documentation",
    run,
}];

/// As [`run`], in a console, whose list does not say how to begin.
pub(super) fn run_in_console(session: &mut Session<'_>, words: &[String]) -> Result<(), Failure> {
    if !words.is_empty() {
        return run(session, words);
    }
    print_title(session.out)?;
    Ok(print_list(session.out)?)
}

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
        eprintln!(
            "No documentation found for '{}'. Use 'help' to see the list of commands.",
            words.join(" ")
        );
        return Ok(suggest(session.out, words)?);
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

/// Names what resembles the first of the words: `trac/admin/api.py:
/// AdminCommandManager.get_similar_commands`.
fn suggest(out: &mut dyn Write, words: &[String]) -> io::Result<()> {
    let given = words.first().map_or("", String::as_str);
    let distance = |known: &str| match known.starts_with(given) {
        true => 0.0,
        false => difference(known, given),
    };
    let of_console = ["help", "initenv"];
    let first = all().filter_map(|command| command.words().next());
    let mut similar: Vec<_> = first
        .filter(|known| !given.is_empty() && !of_console.contains(known))
        .map(|known| (distance(known), known))
        .filter(|(distance, _)| *distance <= 0.5)
        .collect();
    similar.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    similar.dedup();
    similar.truncate(5);
    match similar.len() {
        0 => return Ok(()),
        1 => writeln!(out, "\nDid you mean this?")?,
        _ => writeln!(out, "\nDid you mean one of these?")?,
    }
    similar
        .iter()
        .try_for_each(|(_, known)| writeln!(out, "    {known}"))
}

/// How much of two words is not in both, in the same order: from 0 to 1.
fn difference(one: &str, other: &str) -> f64 {
    let other: Vec<char> = other.chars().collect();
    let mut common = vec![0; other.len() + 1];
    let mut length = other.len();
    for c in one.chars() {
        let mut before = 0;
        for (index, known) in other.iter().enumerate() {
            let longest = match c == *known {
                true => before + 1,
                false => common[index + 1].max(common[index]),
            };
            before = std::mem::replace(&mut common[index + 1], longest);
        }
        length += 1;
    }
    let common = common.last().copied().unwrap_or_default();
    (length - 2 * common) as f64 / length.max(1) as f64
}

fn print_title(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "tracrpc admin - The Trac Administration Console {}",
        env!("CARGO_PKG_VERSION")
    )
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    print_title(out)?;
    writeln!(out)?;
    writeln!(
        out,
        "Usage: tracrpc admin </path/to/projenv> [command [subcommand] [option ...]]\n"
    )?;
    print_list(out)
}

fn print_list(out: &mut dyn Write) -> io::Result<()> {
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
