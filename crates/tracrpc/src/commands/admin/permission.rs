//! `permission`: who may do what.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};

use tracrpc_env::permission::{Table, is_action_name, store};
use tracrpc_env::{Environment, Error, ErrorKind};

use super::output::{print_table, print_wrapped};
use super::{AdminCommand, Failure, Session, csv};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "permission add",
        usage: "<user> <action> [action] [...]",
        help: "Add a new permission rule",
        run: add,
    },
    AdminCommand {
        name: "permission export",
        usage: "[file]",
        help: "Export permission rules to a file or stdout as CSV",
        run: export,
    },
    AdminCommand {
        name: "permission import",
        usage: "[file]",
        help: "Import permission rules from a file or stdin as CSV",
        run: import,
    },
    AdminCommand {
        name: "permission list",
        usage: "[user]",
        help: "List permission rules",
        run: list,
    },
    AdminCommand {
        name: "permission remove",
        usage: "<user> <action> [action] [...]",
        help: "Remove a permission rule",
        run: remove,
    },
];

fn list(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let env = session.env()?;
    let rows: Vec<[String; 2]> = match arguments {
        [user] => {
            let actions = store::actions_of(&env, user)?;
            actions
                .into_iter()
                .map(|action| [user.clone(), action])
                .collect()
        }
        _ => {
            let table = store::table(&env)?;
            table
                .rows()
                .iter()
                .map(|(user, action)| [user.clone(), action.clone()])
                .collect()
        }
    };
    print_table(session.out, ["User", "Action"], &rows)?;
    let actions = store::all_actions(&env);
    let actions: Vec<&str> = actions.names().collect();
    writeln!(session.out, "\nAvailable actions:")?;
    print_wrapped(session.out, &actions.join(", "), 1, 75)?;
    writeln!(session.out)?;
    Ok(())
}

/// Adds all of the rules or, if one of them is refused, none; those that are
/// there already are only mentioned.
fn add(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [user, actions @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    if is_action_name(user) {
        return Err(Failure::message(
            "All upper-cased tokens are reserved for permission names",
        ));
    }
    let env = session.env()?;
    let mut known = Vec::new();
    env.db()
        .write(|_| {
            for action in actions {
                match grant(&env, user, action) {
                    Err(error) if error.kind() == ErrorKind::Conflict => known.push(error),
                    result => result?,
                }
            }
            Ok(())
        })
        .map_err(|error: Error| Failure::message(error.message()))?;
    for error in known {
        writeln!(session.out, "{error}")?;
    }
    Ok(())
}

fn grant(env: &Environment, user: &str, action: &str) -> Result<(), Error> {
    env.db()
        .write(|connection| store::grant(env, connection, user, action))
}

/// Removes all of the rules or, if one of them is not there, none.
fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [user, actions @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let env = session.env()?;
    let removed = env.db().write(|connection| {
        let table = store::table(&env)?;
        for action in actions {
            let matches = |(subject, given): &&(String, String)| {
                [subject.as_str(), "*"].contains(&user.as_str())
                    && [given.as_str(), "*"].contains(&action.as_str())
            };
            let mut found = table.rows().iter().filter(matches).peekable();
            if found.peek().is_none() {
                return Err(not_there(&env, &table, user, action)?);
            }
            for (subject, given) in found {
                store::revoke(connection, subject, given)?;
            }
        }
        Ok(())
    });
    removed.map_err(|error: Error| Failure::message(error.message()))
}

fn not_there(env: &Environment, table: &Table, user: &str, action: &str) -> Result<Error, Error> {
    let is_subject = table.subjects().any(|subject| subject == user);
    let has = is_subject
        && store::actions_of(env, user)?
            .iter()
            .any(|given| given == action);
    let reason = match (has, store::all_actions(env).contains(action)) {
        (true, _) => "The permission is granted through a meta-permission or group.",
        (false, true) => "The user has not been granted the permission.",
        (false, false) => return Ok(Error::invalid(format!("{action} is not a valid action."))),
    };
    Ok(Error::invalid(format!(
        "Cannot remove permission {action} for user {user}. {reason}"
    )))
}

fn export(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let table = store::table(&*session.env()?)?;
    let lines = table.subjects().map(|subject| {
        let actions = table.of_subject(subject).iter().map(String::as_str);
        csv::line(std::iter::once(subject).chain(actions))
    });
    let text: String = lines.collect();
    let Some(file) = arguments.first() else {
        return Ok(session.out.write_all(text.as_bytes())?);
    };
    fs::write(file, text)
        .map_err(|error| Failure::message(format!("Cannot export to {file}: {}", reason(&error))))
}

/// Adds the rules of a file that are not there yet; none if one is refused.
fn import(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let env = session.env()?;
    let file = arguments.first().map(String::as_str);
    let text = read(file).map_err(|error| {
        let file = file.unwrap_or("stdin");
        Failure::message(format!("Cannot import from {file}: {}", reason(&error)))
    })?;
    let rows = csv::rows(&text);
    let rows = rows.iter().map(|(line, row)| checked_row(*line, row));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    env.db().write(|_| {
        rows.iter()
            .try_for_each(|(user, actions)| grant_missing(&env, user, actions))
    })?;
    Ok(())
}

fn checked_row(line: usize, row: &[String]) -> Result<(&str, &[String]), Failure> {
    match row {
        [user, actions @ ..] if !actions.is_empty() && !is_action_name(user) => Ok((user, actions)),
        [user, _, ..] => Err(Failure::Message(format!(
            "Invalid user {user} on line {line}: All upper-cased tokens are reserved for permission names."
        ))),
        _ => Err(Failure::Message(format!(
            "Invalid row {line}. Expected <user>, <action>, [action], [...]"
        ))),
    }
}

fn grant_missing(env: &Environment, user: &str, actions: &[String]) -> Result<(), Error> {
    let actions: BTreeSet<&String> = actions.iter().collect();
    let table = store::table(env)?;
    let known = table.of_subject(user);
    actions
        .iter()
        .filter(|action| !known.contains(action))
        .try_for_each(|action| grant(env, user, action))
}

fn read(file: Option<&str>) -> io::Result<String> {
    let mut text = String::new();
    match file {
        Some(file) => text = fs::read_to_string(file)?,
        None => _ = io::stdin().read_to_string(&mut text)?,
    }
    Ok(text)
}

/// What went wrong, without Rust's number of the error.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}
