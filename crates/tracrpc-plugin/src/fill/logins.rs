//! Whose a password is.

use std::sync::Arc;
use std::time::Duration;

use tracrpc_env::{Checked, Environment, Extensions, PasswordStore, Result};
use tracrpc_plugin_protocol::messages::{CheckPassword, Description};

use crate::link::Link;

/// How long somebody who logs in waits for a plugin at most.
const LOGIN: Duration = Duration::from_secs(10);

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    if description.has_hook("auth/check") {
        let link = Link {
            timeout: link.timeout.min(LOGIN),
            ..link.clone()
        };
        extensions.add::<dyn PasswordStore>(Arc::new(Logins { link }));
    }
}

struct Logins {
    link: Link,
}

impl PasswordStore for Logins {
    fn check(&self, env: &Environment, user: &str, password: &str) -> Result<Checked> {
        let asked = CheckPassword {
            environment: self.link.environment.clone(),
            user: user.to_owned(),
            password: password.to_owned(),
        };
        let answer = self.link.ask_in(env, asked);
        let answer = answer.map_err(|failure| self.link.error(failure))?;
        Ok(match answer.user {
            Some(user) => Checked::Right(user),
            None if answer.known => Checked::Wrong,
            None => Checked::Unknown,
        })
    }
}
