//! Who else knows passwords.

use crate::environment::Environment;
use crate::error::Result;

/// An extension that knows the passwords of users, as a component of AccountManager does
/// by `acct_mgr/api.py: IPasswordStore`. It is asked about names that the files of the
/// server do not have, and may take its time.
pub trait PasswordStore: Send + Sync {
    /// Whether it is there for the environment at the moment.
    fn is_there(&self, _env: &Environment) -> bool {
        true
    }

    /// Whose name and password these are. What is said here about right ones is remembered
    /// for a minute.
    ///
    /// # Errors
    /// What keeps it from answering. Nobody is let in then.
    fn check(&self, env: &Environment, user: &str, password: &str) -> Result<Checked>;

    /// A number that changes when a password may have become another, or worth nothing. What was
    /// right is remembered no longer than it stays the same. None if nobody can tell.
    fn fingerprint(&self, _env: &Environment, _user: &str) -> Option<u64> {
        None
    }
}

/// What a store says of a name and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// They are those of this user, by the name that the environment is to know.
    Right(String),
    /// The password is wrong, or nobody says whether the name is known.
    Wrong,
    /// There is no user of that name. Another store may have one.
    Unknown,
}
