//! `token`: with what programs get in, for which user and how far.

use tracrpc_env::time::now;
use tracrpc_env::{Error, Scopes};
use tracrpc_tokens::{Expiry, NewToken, Token, TokenFile};

use super::output::print_table;
use super::{AdminCommand, Failure, Session, dates};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "token add",
        usage: "<user> [--name NAME] [--scope SCOPE] [--expires WHEN] [...]",
        help: "Make a token, with which a program gets in as the user\n\n\
               The token is shown this once, by itself on standard output; conf/tokens of the \
               environment keeps a hash of it. Programs send it in the header 'Authorization: \
               Bearer'.\n\n\
               The name tells the user's tokens apart. The scopes are words, each with an option \
               of its own or with commas between them: 'read' for methods that only read, 'write' \
               for those that write, too, but nothing that takes an administrator, or 'admin' for \
               all that the user may do; and any number of 'namespace:NAME' for methods below \
               these names only.\n\n\
               The token ends after a year, or when --expires says: 12h, 30d, 6w, 1y, a date such \
               as 2030-12-31, or never.",
        run: add,
    },
    AdminCommand {
        name: "token list",
        usage: "[user]",
        help: "Show tokens, those of one user or all\n\n\
               What the tokens themselves are nobody knows any more. When a token was last used \
               is known but for the last minute.",
        run: list,
    },
    AdminCommand {
        name: "token revoke",
        usage: "<id> [...]",
        help: "Take away tokens, by their ids\n\n\
               The next request with one of them is refused.",
        run: revoke,
    },
];

fn add(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [user, options @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let options = Options::parse(options)?;
    let Some(name) = options.name else {
        return Err(Failure::message("the token needs a --name"));
    };
    if options.scopes.is_empty() {
        return Err(Failure::message(
            "the token needs a --scope: read, write or admin",
        ));
    }
    let words = options
        .scopes
        .iter()
        .flat_map(|words| words.split([' ', ',']));
    let words = words.filter(|word| !word.is_empty());
    let new = NewToken {
        user,
        name,
        scopes: Scopes::from_words(words).map_err(plain)?,
        expires: Expiry::parse(options.expires.unwrap_or_default(), now()).map_err(plain)?,
    };
    let (_, secret) = TokenFile::of(&*session.env()?).add(&new).map_err(plain)?;
    Ok(writeln!(session.out, "{}", secret.text())?)
}

fn list(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let tokens = TokenFile::of(&*session.env()?).tokens()?.into_iter();
    let user = arguments.first();
    let tokens = tokens.filter(|token| user.is_none_or(|user| token.user == *user));
    let rows: Vec<_> = tokens.map(row).collect();
    let headers = [
        "ID",
        "User",
        "Name",
        "Scopes",
        "Created",
        "Expires",
        "Last used",
    ];
    Ok(print_table(session.out, headers, &rows)?)
}

fn revoke(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let file = TokenFile::of(&*session.env()?);
    for id in arguments {
        file.revoke(id, None).map_err(plain)?;
    }
    Ok(())
}

fn row(token: Token) -> [String; 7] {
    let expires = match token.expires {
        Some(end) => dates::moment(Some(end)),
        None => "never".to_owned(),
    };
    [
        token.id,
        token.user,
        token.name,
        token.scopes.to_string(),
        dates::moment(Some(token.created)),
        expires,
        dates::moment(token.used),
    ]
}

/// The options of `token add`.
#[derive(Default)]
struct Options<'a> {
    name: Option<&'a str>,
    scopes: Vec<&'a str>,
    expires: Option<&'a str>,
}

impl<'a> Options<'a> {
    /// Each option and its value, as two words or as one with `=` between them.
    fn parse(mut words: &'a [String]) -> Result<Self, Failure> {
        let mut options = Self::default();
        while let [first, rest @ ..] = words {
            let (option, value, rest) = match (first.split_once('='), rest) {
                (Some((option, value)), rest) => (option, value, rest),
                (None, [value, rest @ ..]) => (first.as_str(), value.as_str(), rest),
                (None, []) => return Err(Failure::InvalidArguments),
            };
            match option {
                "--name" => options.name = Some(value),
                "--scope" => options.scopes.push(value),
                "--expires" => options.expires = Some(value),
                _ => return Err(Failure::InvalidArguments),
            }
            words = rest;
        }
        Ok(options)
    }
}

/// `trac-admin` knows no tokens, and no names for what goes wrong with them.
fn plain(error: Error) -> Failure {
    Failure::message(error.to_string())
}
