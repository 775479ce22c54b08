//! Who else knows passwords.

use crate::environment::Environment;
use crate::error::Result;

/// An extension that knows the passwords of users, as a component of AccountManager does
/// by `acct_mgr/api.py: IPasswordStore`. It is asked about names that the files of the
/// server do not have, and may take its time.
pub trait PasswordStore: Send + Sync {
    /// The name of the user whose name and password these are, as the environment is to
    /// know it; none if they are nobody's. What is said here is remembered for a minute.
    ///
    /// # Errors
    /// What keeps it from answering. Nobody is let in then.
    fn check(&self, env: &Environment, user: &str, password: &str) -> Result<Option<String>>;
}
