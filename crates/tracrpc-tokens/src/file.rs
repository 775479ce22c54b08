//! The file of an environment's tokens: `conf/tokens`.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tracrpc_env::config::store;
use tracrpc_env::time::{Timestamp, now};
use tracrpc_env::users::check_name;
use tracrpc_env::{Environment, Error, Result, Scopes};
use tracrpc_translation::own_message;

use crate::expiry::Expiry;
use crate::random;
use crate::record::{Record, Token, is_meant, records};
use crate::secret::Secret;
use crate::uses;

/// How many tokens a user may have that have not ended.
pub const MOST_OF_A_USER: usize = 100;

/// The largest file that is read, in bytes: some thirty thousand tokens.
const LARGEST: u64 = 8 << 20;

/// The longest name of a token, in characters.
const LONGEST_NAME: usize = 100;

/// How many digits an id has: enough that nobody meets one that there is.
const ID: usize = 10;

/// How long a token is listed that has ended, in microseconds: 30 days.
const REMEMBERED: i64 = 30 * 24 * 60 * 60 * 1_000_000;

/// The tokens of an environment, an object of JSON a line. What is none stays as it is.
#[derive(Clone, Debug)]
pub struct TokenFile {
    path: PathBuf,
}

/// A token that is to be made.
#[derive(Clone, Debug)]
pub struct NewToken<'a> {
    /// Who is to get in with it.
    pub user: &'a str,
    /// What its user calls it: no other of theirs is called so.
    pub name: &'a str,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it ends.
    pub expires: Expiry,
}

impl TokenFile {
    /// That of an environment, which need not exist yet.
    #[must_use]
    pub fn of(env: &Environment) -> Self {
        Self::in_directory(env.path())
    }

    /// That of the environment in a directory, whether it is open or not.
    #[must_use]
    pub fn in_directory(env: &Path) -> Self {
        Self {
            path: env.join("conf").join("tokens"),
        }
    }

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All tokens in the order in which they were made; none if there is no file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn tokens(&self) -> Result<Vec<Token>> {
        let (records, _) = records(&self.read()?);
        // When they were used is known for the reader's sake, and no reason to fail.
        let mut used = uses::read(&uses::path(&self.path)).unwrap_or_default();
        let tokens = records.into_iter().map(|record| Token {
            used: used.remove(&record.token.id),
            ..record.token
        });
        Ok(tokens.collect())
    }

    /// Makes a token. Those that have ended long ago are forgotten.
    ///
    /// # Errors
    /// The user or the name cannot be one, the user has a token of that name or too many of
    /// them, or the file cannot be written.
    pub fn add(&self, new: &NewToken<'_>) -> Result<(Token, Secret)> {
        check_name(new.user)?;
        check_token_name(new.name)?;
        let secret = Secret::random()?;
        let token = Token {
            id: random::digits(ID)?,
            user: new.user.to_owned(),
            name: new.name.to_owned(),
            scopes: new.scopes.clone(),
            created: now(),
            expires: new.expires.moment(),
            used: None,
        };
        let record = Record {
            token,
            hash: secret.hash(),
        };
        self.change(|text| {
            check_room(&records(text).0, &record.token)?;
            let mut text = without(text, |token| is_forgotten(token, now()));
            text.push_str(&record.line());
            text.push('\n');
            Ok(text)
        })?;
        Ok((record.token, secret))
    }

    /// Takes away the token that is called `id`, if it is one of `user`; without a user that of
    /// anybody. Returns what it was.
    ///
    /// # Errors
    /// There is no such token, or the file cannot be written.
    pub fn revoke(&self, id: &str, user: Option<&str>) -> Result<Token> {
        let is_meant = |token: &Token| {
            let is_of_user = user.is_none_or(|user| token.user == user);
            token.id == id && is_of_user
        };
        let mut revoked = self.take_away(is_meant)?;
        revoked
            .pop()
            .ok_or_else(|| Error::not_found(own_message!("There is no token %(id)s.", id = id)))
    }

    /// Takes away all tokens of a user, and returns what they were.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn revoke_all(&self, user: &str) -> Result<Vec<Token>> {
        self.take_away(|token| token.user == user)
    }

    fn take_away(&self, is_meant: impl Fn(&Token) -> bool) -> Result<Vec<Token>> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let mut taken = Vec::new();
        self.change(|text| {
            let records = records(text).0.into_iter();
            let tokens = records.map(|record| record.token);
            taken = tokens.filter(|token| is_meant(token)).collect();
            Ok(without(text, &is_meant))
        })?;
        Ok(taken)
    }

    fn change(&self, change: impl FnOnce(&str) -> Result<String>) -> Result<()> {
        let _lock = store::lock(&self.path)?;
        let text = self.read()?;
        let changed = change(&text)?;
        match changed == text {
            true => Ok(()),
            false => store::write(&self.path, &changed),
        }
    }

    /// The text of the file, empty if there is none.
    ///
    /// # Errors
    /// It cannot be read, is no text, or larger than 8 MiB.
    pub(crate) fn read(&self) -> Result<String> {
        let failed = |error: io::Error| {
            let message = format!("cannot read `{}`: {error}", self.path.display());
            Error::storage(message, error)
        };
        let file = match fs::File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut text = String::new();
        let read = file.take(LARGEST + 1).read_to_string(&mut text);
        match read.map_err(failed)? as u64 > LARGEST {
            true => Err(failed(io::ErrorKind::FileTooLarge.into())),
            false => Ok(text),
        }
    }
}

/// When tokens were used, by their ids.
pub(crate) type Used = HashMap<String, Timestamp>;

/// A text without the lines of some tokens, with an end to its last line.
fn without(text: &str, is_meant_token: impl Fn(&Token) -> bool) -> String {
    let stays = |line: &&str| {
        let record = is_meant(line).then(|| Record::parse(line)).flatten();
        !record.is_some_and(|record| is_meant_token(&record.token))
    };
    let lines = text.lines().filter(stays);
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn is_forgotten(token: &Token, now: Timestamp) -> bool {
    let end = token.expires.and_then(|end| end.checked_add(REMEMBERED));
    end.is_some_and(|end| end <= now)
}

fn check_room(records: &[Record], new: &Token) -> Result<()> {
    let tokens = records.iter().map(|record| &record.token);
    let own: Vec<_> = tokens
        .filter(|token| token.user == new.user && !token.has_expired(new.created))
        .collect();
    if own.iter().any(|token| token.name == new.name) {
        return Err(Error::conflict(own_message!(
            "%(user)s has a token %(name)s already.",
            user = &new.user,
            name = &new.name,
        )));
    }
    match own.len() < MOST_OF_A_USER {
        true => Ok(()),
        false => Err(Error::invalid(own_message!(
            "%(user)s has %(most)s tokens already: revoke one first.",
            user = &new.user,
            most = MOST_OF_A_USER,
        ))),
    }
}

fn check_token_name(name: &str) -> Result<()> {
    let fits = !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= LONGEST_NAME
        && !name.contains(char::is_control);
    match fits {
        true => Ok(()),
        false => Err(Error::invalid(own_message!(
            "A token needs a name: one line of at most %(most)s characters.",
            most = LONGEST_NAME,
        ))),
    }
}
