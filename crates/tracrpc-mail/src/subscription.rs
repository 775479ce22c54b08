//! Wishes to be told of events: those that `[notification-subscriber]` gives to
//! all, and those of the table `notify_subscription`.

use std::collections::HashMap;

use tracrpc_db::{Row, SqlValue};
use tracrpc_env::config::Config;
use tracrpc_env::stored::Int;
use tracrpc_env::{Environment, Result};

/// Somebody's wish to be told, or not to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subscription {
    /// A session: of a user if `authenticated`.
    pub(super) session: Option<String>,
    pub(super) authenticated: bool,
    pub(super) address: Option<String>,
    /// The media type that is wanted, if one is.
    pub(super) format: Option<String>,
    /// Small numbers override larger ones.
    pub(super) priority: i64,
    /// `never` otherwise.
    pub(super) is_always: bool,
}

/// A rule of `[notification-subscriber]`.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    pub(super) priority: i64,
    name: String,
    pub(super) is_always: bool,
    pub(super) format: Option<String>,
}

/// The rules for a class.
pub(super) fn defaults(config: &Config, class: &str) -> Vec<Rule> {
    let options: HashMap<&str, &str> = config
        .options("notification-subscriber")
        .into_iter()
        .collect();
    let mut rules = Vec::new();
    for (name, value) in &options {
        if value.trim() != class || name.contains('.') {
            continue;
        }
        let attribute = |key: &str| {
            options
                .get(format!("{name}.{key}").as_str())
                .map(|v| v.trim())
        };
        let priority = attribute("priority")
            .and_then(|text| text.parse().ok())
            .unwrap_or(100);
        if attribute("distributor").unwrap_or("email") == "email" {
            rules.push(Rule {
                priority,
                name: (*name).to_owned(),
                is_always: attribute("adverb").unwrap_or("always") == "always",
                format: attribute("format").map(str::to_owned),
            });
        }
    }
    rules.sort_unstable();
    rules
}

/// What people have chosen in their preferences.
pub(super) fn stored(env: &Environment, class: &str) -> Result<Vec<Subscription>> {
    let sql = "SELECT sid, authenticated, priority, adverb, format FROM notify_subscription \
               WHERE class=? AND distributor='email' ORDER BY id";
    let params: [SqlValue; 1] = [class.into()];
    let rows = env.db().read(|connection| connection.query(sql, &params))?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Subscription> {
    Ok(Subscription {
        session: row.get(0)?,
        authenticated: row.get::<Int>(1)?.known() == Some(1),
        address: None,
        priority: row.get::<Int>(2)?.known().unwrap_or_default(),
        is_always: row.get::<Option<String>>(3)?.as_deref() == Some("always"),
        format: row.get(4)?,
    })
}

/// One wish for each session, and all of those without one.
pub(super) fn settle(mut wishes: Vec<Subscription>) -> Vec<Subscription> {
    let session =
        |wish: &Subscription| (wish.session.clone().unwrap_or_default(), wish.authenticated);
    wishes.sort_by_cached_key(|wish| (session(wish), wish.priority));
    let mut last = None;
    wishes.retain(|wish| {
        let is_repeated = wish.session.is_some() && last.as_ref() == Some(&session(wish));
        last = wish.session.is_some().then(|| session(wish));
        !is_repeated && wish.is_always
    });
    wishes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(session: &str, priority: i64, is_always: bool) -> Subscription {
        Subscription {
            session: (!session.is_empty()).then(|| session.to_owned()),
            authenticated: !session.is_empty(),
            address: Some(format!("{session}{priority}@x")),
            format: None,
            priority,
            is_always,
        }
    }

    #[test]
    fn the_smallest_priority_of_a_session_counts() {
        let wishes = vec![
            wish("joe", 100, true),
            wish("", 5, true),
            wish("joe", 1, false),
            wish("amy", 2, true),
            wish("amy", 3, false),
            wish("", 7, true),
            wish("", 6, false),
        ];
        let told = settle(wishes);
        let told: Vec<_> = told
            .iter()
            .filter_map(|wish| wish.address.as_deref())
            .collect();
        assert_eq!(told, ["5@x", "7@x", "amy2@x"]);
    }
}
