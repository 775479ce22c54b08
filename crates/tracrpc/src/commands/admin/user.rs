//! `user`: who may log in, and with which password.

use std::io::{self, BufRead, IsTerminal};

use tracrpc_env::PasswordFile;
use tracrpc_tokens::TokenFile;

use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "user add",
        usage: "<user> [password]",
        help: "Add a user to the password file\n\n\
               Without a password it is asked for, or read from standard input. The file is \
               conf/htpasswd of the environment, as Apache's htpasswd writes it; passwords \
               are stored as bcrypt hashes.",
        run: add,
    },
    AdminCommand {
        name: "user list",
        usage: "",
        help: "Show the users of the password file",
        run: list,
    },
    AdminCommand {
        name: "user password",
        usage: "<user> [password]",
        help: "Change a user's password\n\n\
               Without a password it is asked for, or read from standard input.",
        run: password,
    },
    AdminCommand {
        name: "user remove",
        usage: "<user>",
        help: "Remove a user from the password file\n\n\
               Pages, tickets and permissions of the user stay. The user's tokens are revoked.",
        run: remove,
    },
];

fn list(session: &mut Session<'_>, _: &[String]) -> Result<(), Failure> {
    let file = PasswordFile::of(&*session.env()?);
    for user in file.users()? {
        writeln!(session.out, "{user}")?;
    }
    Ok(())
}

fn add(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let file = PasswordFile::of(&*session.env()?);
    let (user, password) = user_and_password(arguments)?;
    file.add(user, &password).map_err(plain)
}

fn password(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let file = PasswordFile::of(&*session.env()?);
    let (user, password) = user_and_password(arguments)?;
    file.set_password(user, &password).map_err(plain)
}

fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [user] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let env = session.env()?;
    PasswordFile::of(&env).remove(user).map_err(plain)?;
    TokenFile::of(&env).revoke_all(user).map_err(plain)?;
    Ok(())
}

/// `trac-admin` knows no users, and no names for what goes wrong with them.
fn plain(error: tracrpc_env::Error) -> Failure {
    Failure::message(error.to_string())
}

fn user_and_password(arguments: &[String]) -> Result<(&str, String), Failure> {
    match arguments {
        [user, password] => Ok((user, password.clone())),
        [user] => Ok((user, ask_password(user)?)),
        _ => Err(Failure::InvalidArguments),
    }
}

fn ask_password(user: &str) -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let password = rpassword::prompt_password(format!("Password for {user}: "))?;
    if rpassword::prompt_password("The same again: ")? != password {
        return Err(Failure::message("the passwords differ"));
    }
    Ok(password)
}
