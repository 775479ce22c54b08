//! `config`: reads and changes `trac.ini`.

use tracrpc_env::config::store;

use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "config get",
        usage: "<section> <option>",
        help: "Get the value of the given option in \"trac.ini\"",
        run: get,
    },
    AdminCommand {
        name: "config remove",
        usage: "<section> [<option>]",
        help: "Remove the specified option or section from \"trac.ini\"\n\n\
               All other lines stay as they are.",
        run: remove,
    },
    AdminCommand {
        name: "config set",
        usage: "<section> <option> <value>",
        help: "Set the value for the given option in \"trac.ini\"\n\n\
               All other lines stay as they are, comments included.",
        run: set,
    },
];

fn get(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [section, option] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let config = session.env()?.config();
    let value = config
        .get(section, option)
        .ok_or_else(|| no_option(section, option))?;
    writeln!(session.out, "{value}")?;
    Ok(())
}

fn set(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [section, option, value] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let config = session.env()?.config();
    store::edit(config.path(), |editor| editor.set(section, option, value))?;
    Ok(())
}

fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let config = session.env()?.config();
    match arguments {
        [section, option] => {
            if !config.has(section, option) {
                return Err(no_option(section, option));
            }
            store::edit(config.path(), |editor| Ok(editor.remove(section, option)))?;
        }
        [section] => {
            if !config.sections().contains(section.as_str()) {
                return Err(Failure::message(format!(
                    "Section '{section}' doesn't exist"
                )));
            }
            store::edit(config.path(), |editor| Ok(editor.remove_section(section)))?;
        }
        _ => return Err(Failure::InvalidArguments),
    }
    Ok(())
}

fn no_option(section: &str, option: &str) -> Failure {
    Failure::message(format!(
        "Option '{option}' doesn't exist in section '{section}'"
    ))
}
