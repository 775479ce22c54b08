//! `version`: in which versions of the project tickets were found.

use tracrpc_tickets::version::{self, Version, VersionChange};

use super::output::print_table;
use super::{AdminCommand, Failure, Session, dates};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "version add",
        usage: "<name> [time]",
        help: "Add version",
        run: add,
    },
    AdminCommand {
        name: "version list",
        usage: "",
        help: "Show versions",
        run: list,
    },
    AdminCommand {
        name: "version remove",
        usage: "<name>",
        help: "Remove version",
        run: remove,
    },
    AdminCommand {
        name: "version rename",
        usage: "<name> <newname>",
        help: "Rename version",
        run: rename,
    },
    AdminCommand {
        name: "version time",
        usage: "<name> <time>",
        help: "Set version date\n\n\
               The date is \"YYYY-MM-DD\", \"YYYY-MM-DDThh:mm:ss±hh:mm\" (ISO 8601), \"now\" or the \
               like. An empty string (\"\") removes it.",
        run: time,
    },
];

fn list(session: &mut Session<'_>, _: &[String]) -> Result<(), Failure> {
    let versions = version::list(&*session.env()?)?;
    let rows: Vec<_> = versions
        .into_iter()
        .map(|known| [known.name, dates::day(known.time)])
        .collect();
    Ok(print_table(session.out, ["Name", "Time"], &rows)?)
}

fn add(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, time @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let time = dates::parse_or_none(time.first().map_or("", String::as_str))?;
    let version = Version {
        name: name.clone(),
        time,
        ..Version::default()
    };
    Ok(version::create(&*session.env()?, &version)?)
}

fn rename(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, new_name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let change = VersionChange {
        name: Some(new_name.clone()),
        ..VersionChange::default()
    };
    Ok(version::update(&*session.env()?, name, &change)?)
}

fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    Ok(version::delete(&*session.env()?, name)?)
}

fn time(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, date] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let time = Some(dates::parse_or_none(date)?);
    let change = VersionChange {
        time,
        ..VersionChange::default()
    };
    Ok(version::update(&*session.env()?, name, &change)?)
}
