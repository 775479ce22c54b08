//! `session`: what users and visitors have set in Trac.

use tracrpc_env::sessions::{self, SessionId};

use super::output::print_table;
use super::{AdminCommand, Failure, Session, dates};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "session add",
        usage: "<sid[:0|1]> [name] [email]",
        help: "Create a session for the given sid\n\n\
               The session gets the name and the mail address that follow. With :0 behind the \
               sid it is that of somebody who has not logged in, with :1 or nothing that of a \
               user.",
        run: add,
    },
    AdminCommand {
        name: "session delete",
        usage: "<sid[:0|1]> [...]",
        help: "Delete the session of the specified sid\n\n\
               A sid with :0 is that of somebody who has not logged in, with :1 or nothing that \
               of a user. The sid 'anonymous' stands for all that have not logged in.",
        run: delete,
    },
    AdminCommand {
        name: "session list",
        usage: "[sid[:0|1]] [...]",
        help: "List the name and email for the given sids\n\n\
               The sid 'anonymous' stands for all that have not logged in, 'authenticated' for \
               all users, '*' or nothing for both. A sid with :0 is that of somebody who has not \
               logged in, with :1 or nothing that of a user.",
        run: list,
    },
    AdminCommand {
        name: "session purge",
        usage: "<age>",
        help: "Purge anonymous sessions older than given age or date\n\n\
               The age is relative, such as \"90 days ago\", or a date in the format \
               \"YYYY-MM-DDThh:mm:ss±hh:mm\" (ISO 8601).",
        run: purge,
    },
    AdminCommand {
        name: "session set",
        usage: "<name|email|default_handler> <sid[:0|1]> <value>",
        help: "Set the name or email attribute of the given sid\n\n\
               A sid with :0 is that of somebody who has not logged in, with :1 or nothing that \
               of a user. An empty value takes the attribute away.",
        run: set,
    },
];

fn list(session: &mut Session<'_>, wanted: &[String]) -> Result<(), Failure> {
    let names = |name: &str| wanted.iter().any(|wanted| wanted == name || wanted == "*");
    let [all_visitors, all_users] =
        ["anonymous", "authenticated"].map(|name| wanted.is_empty() || names(name));
    let ids: Vec<_> = wanted
        .iter()
        .map(|wanted| SessionId::parse(wanted))
        .collect();
    let is_wanted = |known: &sessions::Session| match known.id.is_authenticated {
        true if all_users => true,
        false if all_visitors => true,
        _ => ids.contains(&known.id),
    };
    let known = sessions::list(&*session.env()?)?;
    let rows: Vec<_> = known.into_iter().filter(is_wanted).map(row).collect();
    let headers = [
        "SID",
        "Auth",
        "Last Visit",
        "Name",
        "Email",
        "Default Handler",
    ];
    Ok(print_table(session.out, headers, &rows)?)
}

fn row(known: sessions::Session) -> [String; 6] {
    let auth = i32::from(known.id.is_authenticated).to_string();
    let [name, email, handler] = known.attributes;
    [
        known.id.sid,
        auth,
        dates::day(known.last_visit),
        name,
        email,
        handler,
    ]
}

fn add(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [sid, rest @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let text = |index| rest.get(index).map_or("", String::as_str);
    let id = SessionId::parse(sid);
    sessions::add(&*session.env()?, &id, text(0), text(1)).map_err(Failure::expected)
}

fn set(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [attribute, sid, value] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let id = SessionId::parse(sid);
    sessions::set(&*session.env()?, attribute, &id, value).map_err(Failure::expected)
}

fn delete(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let ids: Vec<_> = arguments.iter().map(|sid| SessionId::parse(sid)).collect();
    Ok(sessions::delete(&*session.env()?, &ids)?)
}

fn purge(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [age] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    Ok(sessions::purge(&*session.env()?, dates::parse(age)?)?)
}
