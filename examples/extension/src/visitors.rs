//! Passwords: visitors log in with their name and "welcome".

use std::sync::Arc;

use tracrpc_env::{Environment, Extensions, PasswordStore, Result};

/// Adds them.
pub fn extend(extensions: &mut Extensions) {
    extensions.add::<dyn PasswordStore>(Arc::new(Visitors));
}

struct Visitors;

impl PasswordStore for Visitors {
    fn check(&self, _: &Environment, user: &str, password: &str) -> Result<Option<String>> {
        let is_visitor = user.starts_with("visitor-") && password == "welcome";
        Ok(is_visitor.then(|| user.to_owned()))
    }
}
