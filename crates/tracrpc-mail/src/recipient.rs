//! From subscriptions to addresses, public ones and hidden ones.

use std::collections::{BTreeSet, HashMap, HashSet};

use tracrpc_env::config::NotificationSection;
use tracrpc_env::stored::{Int, Text};
use tracrpc_env::{Environment, Result};

use super::address::Matcher;
use super::subscription::Subscription;

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
    let section = config.notification();
    let mut always: BTreeSet<String> = section.smtp_always_cc.0.iter().cloned().collect();
    let formats = Formats::read(env)?;
    let mut known = HashSet::new();
    let mut all = BTreeSet::new();
    for subscription in subscriptions {
        let who = (
            subscription.session.clone(),
            subscription.authenticated,
            subscription.address.clone(),
        );
        if !known.insert(who) || !formats.is_plain(&subscription, section) {
            continue;
        }
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

/// The media type of the mail that there is.
const PLAIN: &str = "text/plain";

/// The media types that people prefer, by session.
struct Formats(HashMap<(String, bool), String>);

impl Formats {
    fn read(env: &Environment) -> Result<Self> {
        let sql = "SELECT sid, authenticated, value FROM session_attribute \
                   WHERE name='notification.format.email'";
        let rows = env.db().read(|connection| connection.query(sql, &[]))?;
        let mut formats = HashMap::new();
        for row in rows {
            let (Text(sid), Text(format)) = (row.get(0)?, row.get(2)?);
            formats.insert((sid, row.get::<Int>(1)?.known() == Some(1)), format);
        }
        Ok(Self(formats))
    }

    /// Whether a mail in plain text is wanted: by the subscription itself, by
    /// whom it is of, or by `[notification] default_format.email`. Others get none.
    fn is_plain(&self, subscription: &Subscription, section: &NotificationSection) -> bool {
        let session = subscription.session.clone();
        let preferred =
            session.and_then(|session| self.0.get(&(session, subscription.authenticated)));
        let asked = [
            subscription.format.as_ref(),
            preferred,
            Some(&section.default_format_email),
        ];
        let asked = asked.into_iter().flatten();
        asked
            .map(String::as_str)
            .find(|format| !format.is_empty())
            .unwrap_or(PLAIN)
            == PLAIN
    }
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
