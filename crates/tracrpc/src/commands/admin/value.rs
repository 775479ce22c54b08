//! `ticket_type`, `priority`, `severity`, `resolution`: the values that tickets
//! choose from.

use tracrpc_tickets::enums::{self, EnumKind};

use super::output::print_table;
use super::{AdminCommand, Failure, Session};

/// The five commands of each list: its command, what one value is called, what
/// is added, and what all of them are called.
macro_rules! commands {
    ($($kind:ident: $command:literal, $one:literal, $option:literal, $many:literal;)*) => {
        &[$(
            AdminCommand {
                name: concat!($command, " add"),
                usage: "<value>",
                help: concat!("Add a ", $option),
                run: |session, arguments| add(session, EnumKind::$kind, arguments),
            },
            AdminCommand {
                name: concat!($command, " change"),
                usage: "<value> <newvalue>",
                help: concat!("Change a ", $one),
                run: |session, arguments| change(session, EnumKind::$kind, arguments),
            },
            AdminCommand {
                name: concat!($command, " list"),
                usage: "",
                help: concat!("Show possible ", $many),
                run: |session, _| list(session, EnumKind::$kind),
            },
            AdminCommand {
                name: concat!($command, " order"),
                usage: "<value> up|down",
                help: concat!("Move a ", $one, " up or down in the list"),
                run: |session, arguments| order(session, EnumKind::$kind, arguments),
            },
            AdminCommand {
                name: concat!($command, " remove"),
                usage: "<value>",
                help: concat!("Remove a ", $one),
                run: |session, arguments| remove(session, EnumKind::$kind, arguments),
            },
        )*]
    };
}

pub(super) const COMMANDS: &[AdminCommand] = commands! {
    Type: "ticket_type", "ticket type", "ticket type", "ticket types";
    Priority: "priority", "priority value", "priority value option", "ticket priorities";
    Severity: "severity", "severity value", "severity value option", "ticket severities";
    Resolution: "resolution", "resolution value", "resolution value option", "ticket resolutions";
};

fn list(session: &mut Session<'_>, kind: EnumKind) -> Result<(), Failure> {
    let values = enums::list(&*session.env()?, kind)?;
    let rows: Vec<_> = values.into_iter().map(|value| [value.name]).collect();
    Ok(print_table(session.out, ["Possible Values"], &rows)?)
}

fn add(session: &mut Session<'_>, kind: EnumKind, arguments: &[String]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    Ok(enums::create(&*session.env()?, kind, name, None)?)
}

fn change(session: &mut Session<'_>, kind: EnumKind, arguments: &[String]) -> Result<(), Failure> {
    let [name, new_name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    Ok(enums::rename(&*session.env()?, kind, name, new_name)?)
}

fn remove(session: &mut Session<'_>, kind: EnumKind, arguments: &[String]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    Ok(enums::delete(&*session.env()?, kind, name)?)
}

fn order(session: &mut Session<'_>, kind: EnumKind, arguments: &[String]) -> Result<(), Failure> {
    let [name, direction] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let direction = match direction.as_str() {
        "up" => -1,
        "down" => 1,
        other => return Err(Failure::Message(format!("Invalid up/down value: {other}"))),
    };
    Ok(enums::shift(&*session.env()?, kind, name, direction)?)
}
