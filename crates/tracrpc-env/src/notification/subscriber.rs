//! Who wants to know of an event: each kind of subscriber is one row of a table.

use std::collections::{BTreeSet, HashMap};

use tracrpc_db::{Row, SqlValue};

use super::address::{Candidate, Matcher};
use super::change::Change;
use super::{TicketEvent, TicketEventKind};
use crate::config::Config;
use crate::environment::Environment;
use crate::error::Result;
use crate::permission::{is_action_name, store};
use crate::text::split_list;

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
    priority: i64,
    /// `never` otherwise.
    is_always: bool,
}

/// What a subscriber looks at.
struct Scene<'a> {
    env: &'a Environment,
    matcher: &'a Matcher,
    event: &'a TicketEvent,
    change: &'a Change,
}

/// A kind of subscriber: the names and addresses that an event concerns.
struct Subscriber {
    /// Trac's name for it, in `[notification-subscriber]` and in the database.
    class: &'static str,
    concerns: fn(&Scene<'_>) -> Result<Vec<String>>,
}

const SUBSCRIBERS: &[Subscriber] = &[
    Subscriber {
        class: "TicketOwnerSubscriber",
        concerns: owners,
    },
    Subscriber {
        class: "TicketUpdaterSubscriber",
        concerns: updater,
    },
    Subscriber {
        class: "TicketPreviousUpdatersSubscriber",
        concerns: previous_updaters,
    },
    Subscriber {
        class: "TicketReporterSubscriber",
        concerns: reporter,
    },
    Subscriber {
        class: "CarbonCopySubscriber",
        concerns: carbon_copy,
    },
];

/// Who is to be told of an event. Where somebody's wishes differ, the one
/// with the smallest priority counts.
///
/// # Errors
/// What cannot be read.
pub(super) fn subscriptions(
    env: &Environment,
    matcher: &Matcher,
    event: &TicketEvent,
    change: &Change,
) -> Result<Vec<Subscription>> {
    let scene = Scene {
        env,
        matcher,
        event,
        change,
    };
    let config = env.config();
    let mut wishes = Vec::new();
    for subscriber in SUBSCRIBERS {
        wishes.extend(of_subscriber(&scene, &config, subscriber)?);
    }
    if event.kind == TicketEventKind::Created {
        wishes.extend(stored(env, "NewTicketSubscriber")?);
    }
    wishes.extend(always(&config, matcher)?);
    Ok(settle(wishes))
}

/// The defaults of `[notification-subscriber]` for all whom it concerns, and
/// the wishes of those among them who have stored some.
fn of_subscriber(
    scene: &Scene<'_>,
    config: &Config,
    subscriber: &Subscriber,
) -> Result<Vec<Subscription>> {
    let defaults = defaults(config, subscriber.class);
    let mut wishes = Vec::new();
    let mut users = BTreeSet::new();
    for text in (subscriber.concerns)(scene)? {
        let Some(Candidate { user, address }) = scene.matcher.candidate(&text) else {
            continue;
        };
        wishes.extend(defaults.iter().map(|rule| Subscription {
            session: user.clone(),
            authenticated: user.is_some(),
            address: Some(address.clone()),
            format: rule.format.clone(),
            priority: rule.priority,
            is_always: rule.is_always,
        }));
        users.extend(user);
    }
    if !users.is_empty() {
        let stored = stored(scene.env, subscriber.class)?.into_iter();
        wishes.extend(stored.filter(|wish| {
            wish.authenticated
                && wish
                    .session
                    .as_ref()
                    .is_some_and(|user| users.contains(user))
        }));
    }
    Ok(wishes)
}

/// A rule of `[notification-subscriber]`.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    priority: i64,
    name: String,
    is_always: bool,
    format: Option<String>,
}

/// The rules for a class.
fn defaults(config: &Config, class: &str) -> Vec<Rule> {
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
fn stored(env: &Environment, class: &str) -> Result<Vec<Subscription>> {
    let sql = "SELECT sid, authenticated, priority, adverb, format FROM notify_subscription \
               WHERE class=? AND distributor='email' ORDER BY id";
    let params: [SqlValue; 1] = [class.into()];
    let rows = env.db().read(|connection| connection.query(sql, &params))?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Subscription> {
    Ok(Subscription {
        session: row.get(0)?,
        authenticated: row.get::<Option<i64>>(1)? == Some(1),
        address: None,
        priority: row.get::<Option<i64>>(2)?.unwrap_or_default(),
        is_always: row.get::<Option<String>>(3)?.as_deref() == Some("always"),
        format: row.get(4)?,
    })
}

/// `[notification] smtp_always_cc` and `smtp_always_bcc`.
fn always(config: &Config, matcher: &Matcher) -> Result<Vec<Subscription>> {
    let section = config.notification()?;
    let listed = section
        .smtp_always_cc
        .0
        .iter()
        .chain(&section.smtp_always_bcc.0);
    let found = listed.filter_map(|text| matcher.candidate(text));
    Ok(found
        .map(|Candidate { user, address }| Subscription {
            authenticated: user.is_some(),
            session: user,
            address: Some(address),
            format: None,
            priority: 0,
            is_always: true,
        })
        .collect())
}

/// One wish for each session, and all of those without one.
fn settle(mut wishes: Vec<Subscription>) -> Vec<Subscription> {
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

/// The owner, and the one before.
fn owners(scene: &Scene<'_>) -> Result<Vec<String>> {
    let before = scene.change.field("owner").map(|field| field.old.clone());
    Ok([scene.event.ticket.text("owner").to_owned()]
        .into_iter()
        .chain(before)
        .collect())
}

fn updater(scene: &Scene<'_>) -> Result<Vec<String>> {
    Ok(vec![scene.event.originator().to_owned()])
}

fn previous_updaters(scene: &Scene<'_>) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT author FROM ticket_change WHERE ticket=?";
    let params = [scene.event.number().into()];
    let rows = scene
        .env
        .db()
        .read(|connection| connection.query(sql, &params))?;
    let mut authors = Vec::new();
    for row in rows {
        authors.extend(row.get::<Option<String>>(0)?);
    }
    let originator = scene.event.originator();
    authors.retain(|author| author != originator);
    Ok(authors)
}

fn reporter(scene: &Scene<'_>) -> Result<Vec<String>> {
    Ok(vec![scene.event.ticket.text("reporter").to_owned()])
}

/// Who stands or stood in `cc`; a group stands for those who are directly in it.
fn carbon_copy(scene: &Scene<'_>) -> Result<Vec<String>> {
    let before = scene.change.field("cc").map_or("", |field| &field.old);
    let lists = [scene.event.ticket.text("cc"), before];
    let names = lists
        .iter()
        .flat_map(|list| split_list(list, |c| ";,".contains(c)));
    let table = store::table(scene.env)?;
    let mut concerned = BTreeSet::new();
    for name in names {
        let members: Vec<String> = table
            .subjects()
            .filter(|subject| table.of_subject(subject).contains(&name) && !is_action_name(&name))
            .map(str::to_owned)
            .collect();
        match members.is_empty() {
            true => drop(concerned.insert(name)),
            false => concerned.extend(members),
        }
    }
    Ok(concerned.into_iter().collect())
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
