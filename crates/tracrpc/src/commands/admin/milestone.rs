//! `milestone`: to what tickets are planned.

use std::fs;

use tracrpc_tickets::milestone::{self, Milestone, MilestoneChange};

use super::output::print_table;
use super::{AdminCommand, Failure, Session, dates};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "milestone add",
        usage: "<name> [due]",
        help: "Add milestone",
        run: add,
    },
    AdminCommand {
        name: "milestone completed",
        usage: "<name> <completed>",
        help: "Set milestone complete date\n\n\
               The date is \"YYYY-MM-DD\", \"YYYY-MM-DDThh:mm:ss±hh:mm\" (ISO 8601), \"now\" or the \
               like. An empty string (\"\") removes it.",
        run: completed,
    },
    AdminCommand {
        name: "milestone due",
        usage: "<name> <due>",
        help: "Set milestone due date\n\n\
               The date is \"YYYY-MM-DD\", \"YYYY-MM-DDThh:mm:ss±hh:mm\" (ISO 8601), \"now\" or the \
               like. An empty string (\"\") removes it.",
        run: due,
    },
    AdminCommand {
        name: "milestone list",
        usage: "",
        help: "Show milestones",
        run: list,
    },
    AdminCommand {
        name: "milestone remove",
        usage: "<name>",
        help: "Remove milestone",
        run: remove,
    },
    AdminCommand {
        name: "milestone rename",
        usage: "<name> <newname>",
        help: "Rename milestone",
        run: rename,
    },
];

fn list(session: &mut Session<'_>, _: &[String]) -> Result<(), Failure> {
    let milestones = milestone::list(&*session.env()?)?;
    let row = |known: Milestone| {
        [
            known.name,
            dates::day(known.due),
            dates::moment(known.completed),
        ]
    };
    let rows: Vec<_> = milestones.into_iter().map(row).collect();
    Ok(print_table(
        session.out,
        ["Name", "Due", "Completed"],
        &rows,
    )?)
}

fn add(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, due @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let due = due.first().map(|due| dates::parse(due)).transpose()?;
    let milestone = Milestone {
        name: name.clone(),
        due,
        ..Milestone::default()
    };
    Ok(milestone::create(&*session.env()?, &milestone)?)
}

fn due(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, date] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let due = Some(dates::parse_or_none(date)?);
    update(
        session,
        name,
        &MilestoneChange {
            due,
            ..MilestoneChange::default()
        },
        None,
    )
}

fn completed(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, date] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let completed = Some(dates::parse_or_none(date)?);
    update(
        session,
        name,
        &MilestoneChange {
            completed,
            ..MilestoneChange::default()
        },
        None,
    )
}

/// The history of the milestone's tickets names who called the command.
fn rename(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, new_name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let change = MilestoneChange {
        name: Some(new_name.clone()),
        ..MilestoneChange::default()
    };
    update(session, name, &change, Some(&process_owner()))
}

fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    Ok(milestone::delete(&*session.env()?, name)?)
}

fn update(
    session: &mut Session<'_>,
    name: &str,
    change: &MilestoneChange,
    author: Option<&str>,
) -> Result<(), Failure> {
    Ok(milestone::update(&*session.env()?, name, change, author)?)
}

/// The name of the user that this process runs as, `unknown` if he has none.
fn process_owner() -> String {
    owner_by_id()
        .or_else(|| std::env::var("USER").ok().filter(|name| !name.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(unix)]
fn owner_by_id() -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    let id = fs::metadata("/proc/self").ok()?.uid().to_string();
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let mut rows = users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    rows.find(|row| row.get(2) == Some(&id.as_str()))
        .map(|row| row[0].to_owned())
}

#[cfg(not(unix))]
fn owner_by_id() -> Option<String> {
    None
}
