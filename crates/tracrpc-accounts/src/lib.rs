//! Whose a password is: the hashes that other programs write, and the accounts that the
//! plugin AccountManager and Trac itself keep for an environment.

pub mod account_manager;
pub mod hash;
pub mod web_session;

use std::sync::Arc;

use tracrpc_env::{Extensions, PasswordStore};

use self::account_manager::AccountManager;

/// Adds what is here to the extensions of an environment.
pub fn register(extensions: &mut Extensions) {
    extensions.add::<dyn PasswordStore>(Arc::new(AccountManager));
}
