//! From subscriptions to addresses, public ones and hidden ones.

use std::collections::BTreeSet;

use super::address::Matcher;
use super::subscriber::Subscription;
use crate::environment::Environment;
use crate::error::Result;

/// The addresses that a mail goes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Recipients {
    /// All recipients see these.
    pub(super) public: BTreeSet<String>,
    /// Nobody sees these.
    pub(super) hidden: BTreeSet<String>,
}

impl Recipients {
    pub(super) fn is_empty(&self) -> bool {
        self.public.is_empty() && self.hidden.is_empty()
    }
}

/// The addresses of those who want to know.
///
/// # Errors
/// What cannot be read.
pub(super) fn recipients(
    env: &Environment,
    matcher: &Matcher,
    subscriptions: Vec<Subscription>,
) -> Result<Recipients> {
    let config = env.config();
    let section = config.notification()?;
    let mut always: BTreeSet<String> = section.smtp_always_cc.0.iter().cloned().collect();
    let mut all = BTreeSet::new();
    for subscription in subscriptions {
        let Some(address) = address(env, matcher, &subscription)? else {
            continue;
        };
        let user = subscription.session.filter(|_| subscription.authenticated);
        if user.is_some_and(|user| always.remove(&user)) || section.use_public_cc {
            always.insert(address.clone());
        }
        all.insert(address);
    }
    let (public, hidden) = all
        .into_iter()
        .partition(|address| always.contains(address));
    Ok(Recipients { public, hidden })
}

fn address(
    env: &Environment,
    matcher: &Matcher,
    subscription: &Subscription,
) -> Result<Option<String>> {
    Ok(match (&subscription.address, &subscription.session) {
        (Some(address), _) => matcher.known_address(address),
        (None, Some(user)) if subscription.authenticated => matcher.address_of(user),
        (None, Some(session)) => {
            anonymous_address(env, session)?.and_then(|address| matcher.known_address(&address))
        }
        (None, None) => None,
    })
}

/// The address that somebody without a login has given.
fn anonymous_address(env: &Environment, session: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM session_attribute \
               WHERE sid=? AND authenticated=0 AND name='email'";
    let row = env
        .db()
        .read(|connection| connection.query_one(sql, &[session.into()]))?;
    Ok(row.map(|row| row.get(0)).transpose()?.flatten())
}
