//! `repository`: the list of version control repositories.
//!
//! Their contents are Trac's: what reads them says so.

use tracrpc_env::repositories::{self, shown, stored};

use super::output::print_table;
use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "changeset added",
        usage: "<repos> <rev> [rev] [...]",
        help: "Notify trac about changesets added to a repository\n\n\
               Only Trac reads repositories: the command says how it is told.",
        run: |session, arguments| leave(session, "changeset added", arguments),
    },
    AdminCommand {
        name: "changeset modified",
        usage: "<repos> <rev> [rev] [...]",
        help: "Notify trac about changesets modified in a repository\n\n\
               Only Trac reads repositories: the command says how it is told.",
        run: |session, arguments| leave(session, "changeset modified", arguments),
    },
    AdminCommand {
        name: "repository add",
        usage: "<repos> <dir> [type]",
        help: "Add a source repository",
        run: add,
    },
    AdminCommand {
        name: "repository alias",
        usage: "<name> <target>",
        help: "Create an alias for a repository",
        run: alias,
    },
    AdminCommand {
        name: "repository list",
        usage: "",
        help: "List source repositories",
        run: list,
    },
    AdminCommand {
        name: "repository remove",
        usage: "<repos>",
        help: "Remove a source repository",
        run: remove,
    },
    AdminCommand {
        name: "repository resync",
        usage: "<repos> [rev]",
        help: "Re-synchronize trac with repositories\n\n\
               Only Trac reads repositories: the command says how it does that.",
        run: |session, arguments| synchronize(session, "repository resync", arguments),
    },
    AdminCommand {
        name: "repository set",
        usage: "<repos> <key> <value>",
        help: "Set an attribute of a repository\n\n\
               The following keys are supported: alias, description, dir, hidden, name, \
               sync_per_request, type, url",
        run: set,
    },
    AdminCommand {
        name: "repository sync",
        usage: "<repos> [rev]",
        help: "Resume synchronization of repositories\n\n\
               Only Trac reads repositories: the command says how it does that.",
        run: |session, arguments| synchronize(session, "repository sync", arguments),
    },
];

fn list(session: &mut Session<'_>, _: &[String]) -> Result<(), Failure> {
    let all = repositories::all(&*session.env()?)?;
    let rows: Vec<_> = all
        .iter()
        .map(|(name, repository)| {
            let text = |attribute| repository.get(attribute).cloned().unwrap_or_default();
            let alias = repository.get("alias").map_or("", |alias| shown(alias));
            [
                shown(name).to_owned(),
                text("type"),
                alias.to_owned(),
                text("dir"),
            ]
        })
        .collect();
    Ok(print_table(
        session.out,
        ["Name", "Type", "Alias", "Directory"],
        &rows,
    )?)
}

fn add(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, directory, kind @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let kind = kind.first().map_or("", String::as_str);
    Ok(repositories::add(&*session.env()?, name, directory, kind)?)
}

fn alias(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, target] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    Ok(repositories::add_alias(&*session.env()?, name, target)?)
}

fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    Ok(repositories::remove(&*session.env()?, name)?)
}

fn set(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, key, value] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    if !repositories::ATTRIBUTES.contains(&key.as_str()) {
        return Err(Failure::message(format!("Invalid key \"{key}\"")));
    }
    repositories::set(&*session.env()?, name, key, value)?;
    let name = shown(name);
    match key.as_str() {
        "dir" => writeln!(
            session.out,
            "You should now run \"repository resync {name}\"."
        )?,
        "type" => writeln!(
            session.out,
            "You may have to run \"repository resync {name}\"."
        )?,
        _ => {}
    }
    Ok(())
}

fn synchronize(
    session: &mut Session<'_>,
    command: &str,
    arguments: &[String],
) -> Result<(), Failure> {
    let [name, revision @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    if name == "*" && !revision.is_empty() {
        let message = "Cannot synchronize a single revision on multiple repositories";
        return Err(tracrpc_env::Error::invalid(message).into());
    }
    let all = repositories::all(&*session.env()?)?;
    if name != "*" && !all.contains_key(stored(name)) {
        return Err(repositories::missing(stored(name)).into());
    }
    leave(session, command, arguments)
}

/// Nothing was done, and the exit status says so.
fn leave(session: &mut Session<'_>, command: &str, arguments: &[String]) -> Result<(), Failure> {
    let env = session.env()?;
    let arguments = arguments.join(" ");
    Err(Failure::message(format!(
        "tracrpc does not read repositories. Have Trac do it:\n\n  \
         trac-admin \"{}\" {command} {arguments}",
        env.path().display()
    )))
}
