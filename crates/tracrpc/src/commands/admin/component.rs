//! `component`: the parts of the project that tickets are about.

use tracrpc_tickets::component::{self, Component, ComponentChange};

use super::output::print_table;
use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "component add",
        usage: "<name> [owner]",
        help: "Add component",
        run: add,
    },
    AdminCommand {
        name: "component chown",
        usage: "<name> <owner>",
        help: "Change component owner",
        run: chown,
    },
    AdminCommand {
        name: "component list",
        usage: "",
        help: "Show components",
        run: list,
    },
    AdminCommand {
        name: "component remove",
        usage: "<name>",
        help: "Remove component",
        run: remove,
    },
    AdminCommand {
        name: "component rename",
        usage: "<name> <newname>",
        help: "Rename component",
        run: rename,
    },
];

fn list(session: &mut Session<'_>, _: &[String]) -> Result<(), Failure> {
    let components = component::list(&*session.env()?)?;
    let rows: Vec<_> = components
        .into_iter()
        .map(|known| [known.name, known.owner])
        .collect();
    Ok(print_table(session.out, ["Name", "Owner"], &rows)?)
}

fn add(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, owner @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let component = Component {
        name: name.clone(),
        owner: owner.first().cloned().unwrap_or_default(),
        ..Component::default()
    };
    Ok(component::create(&*session.env()?, &component)?)
}

fn rename(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, new_name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let change = ComponentChange {
        name: Some(new_name.clone()),
        ..ComponentChange::default()
    };
    Ok(component::update(&*session.env()?, name, &change)?)
}

fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    Ok(component::delete(&*session.env()?, name)?)
}

fn chown(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, owner] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let change = ComponentChange {
        owner: Some(owner.clone()),
        ..ComponentChange::default()
    };
    Ok(component::update(&*session.env()?, name, &change)?)
}
