//! Who wants to know of an event: each kind of subscriber is one row of a table.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use tracrpc_env::config::Config;
use tracrpc_env::permission::{is_action_name, store};
use tracrpc_env::text::split_list;
use tracrpc_env::{Environment, Extensions, Result};
use tracrpc_tickets::ticket::Ticket;

use super::address::{Candidate, Matcher};
use super::change::Change;
use super::news::{News, NewsKind};
use super::subscription::{Subscription, defaults, settle, stored};

/// What a subscriber looks at: something that happened to a ticket.
pub struct TicketNotification<'a> {
    env: &'a Environment,
    matcher: &'a Matcher,
    event: &'a News,
    change: &'a Change,
}

impl TicketNotification<'_> {
    /// The environment.
    #[must_use]
    pub fn env(&self) -> &Environment {
        self.env
    }

    /// The ticket as it was then.
    #[must_use]
    pub fn ticket(&self) -> &Ticket {
        &self.event.ticket
    }

    /// Who caused it.
    #[must_use]
    pub fn originator(&self) -> &str {
        self.event.originator()
    }

    /// What a field was before, if it was changed.
    #[must_use]
    pub fn old_value(&self, field: &str) -> Option<&str> {
        self.change.field(field).map(|field| field.old.as_str())
    }
}

/// An extension: a kind of subscriber, `trac/notification/api.py:
/// INotificationSubscriber`. It tells the names and addresses of those whom
/// something concerns; their wishes decide whether they are told.
pub struct Subscriber {
    class: Cow<'static, str>,
    component: Cow<'static, str>,
    concerns: Box<Concerns>,
}

type Concerns = dyn Fn(&TicketNotification<'_>) -> Result<Vec<String>> + Send + Sync;

impl Subscriber {
    /// A subscriber by its name in `[notification-subscriber]` and in the table
    /// `notify_subscription`.
    pub fn new(
        class: impl Into<Cow<'static, str>>,
        concerns: impl Fn(&TicketNotification<'_>) -> Result<Vec<String>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            class: class.into(),
            component: Cow::Borrowed(""),
            concerns: Box::new(concerns),
        }
    }

    /// The component of Trac that it stands for, by its Python name: where that is
    /// off, nobody is told by it.
    #[must_use]
    pub fn component(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.component = name.into();
        self
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber")
            .field("class", &self.class)
            .finish_non_exhaustive()
    }
}

/// Adds Trac's own kinds.
pub(super) fn register(extensions: &mut Extensions) {
    for row in SUBSCRIBERS {
        let subscriber = Subscriber::new(row.class, row.concerns).component(row.component);
        extensions.add(Arc::new(subscriber));
    }
}

struct Row {
    class: &'static str,
    component: &'static str,
    concerns: fn(&TicketNotification<'_>) -> Result<Vec<String>>,
}

const SUBSCRIBERS: &[Row] = &[
    Row {
        class: "TicketOwnerSubscriber",
        component: "trac.ticket.notification.TicketOwnerSubscriber",
        concerns: owners,
    },
    Row {
        class: "TicketUpdaterSubscriber",
        component: "trac.ticket.notification.TicketUpdaterSubscriber",
        concerns: updater,
    },
    Row {
        class: "TicketPreviousUpdatersSubscriber",
        component: "trac.ticket.notification.TicketPreviousUpdatersSubscriber",
        concerns: previous_updaters,
    },
    Row {
        class: "TicketReporterSubscriber",
        component: "trac.ticket.notification.TicketReporterSubscriber",
        concerns: reporter,
    },
    Row {
        class: "CarbonCopySubscriber",
        component: "trac.ticket.notification.CarbonCopySubscriber",
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
    event: &News,
    change: &Change,
) -> Result<Vec<Subscription>> {
    let scene = TicketNotification {
        env,
        matcher,
        event,
        change,
    };
    let config = env.config();
    let mut wishes = Vec::new();
    let extensions = env.extensions();
    let subscribers = extensions.of::<Subscriber>().iter();
    for subscriber in subscribers.filter(|subscriber| config.has_component(&subscriber.component)) {
        wishes.extend(of_subscriber(&scene, &config, subscriber)?);
    }
    if event.kind == NewsKind::Created
        && config.is_on("trac.ticket.notification.NewTicketSubscriber")
    {
        wishes.extend(stored(env, "NewTicketSubscriber")?);
    }
    if config.is_on("trac.notification.mail.AlwaysEmailSubscriber") {
        wishes.extend(always(&config, matcher)?);
    }
    Ok(settle(wishes))
}

/// The defaults of `[notification-subscriber]` for all whom it concerns, and
/// the wishes of those among them who have stored some.
fn of_subscriber(
    scene: &TicketNotification<'_>,
    config: &Config,
    subscriber: &Subscriber,
) -> Result<Vec<Subscription>> {
    let defaults = defaults(config, &subscriber.class);
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
        let stored = stored(scene.env, &subscriber.class)?.into_iter();
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

/// `[notification] smtp_always_cc` and `smtp_always_bcc`.
fn always(config: &Config, matcher: &Matcher) -> Result<Vec<Subscription>> {
    let section = config.notification();
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

/// The owner, and the one before.
fn owners(scene: &TicketNotification<'_>) -> Result<Vec<String>> {
    let before = scene.change.field("owner").map(|field| field.old.clone());
    Ok([scene.event.ticket.text("owner").to_owned()]
        .into_iter()
        .chain(before)
        .collect())
}

fn updater(scene: &TicketNotification<'_>) -> Result<Vec<String>> {
    Ok(vec![scene.event.originator().to_owned()])
}

fn previous_updaters(scene: &TicketNotification<'_>) -> Result<Vec<String>> {
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

fn reporter(scene: &TicketNotification<'_>) -> Result<Vec<String>> {
    Ok(vec![scene.event.ticket.text("reporter").to_owned()])
}

/// Who stands or stood in `cc`; a group stands for those who are directly in it.
fn carbon_copy(scene: &TicketNotification<'_>) -> Result<Vec<String>> {
    let before = scene.change.field("cc").map_or("", |field| &field.old);
    let lists = [scene.event.ticket.text("cc"), before];
    let names = lists
        .iter()
        .flat_map(|list| split_list(list, |c| ";,".contains(c)));
    let table = store::table(scene.env)?;
    let mut members: HashMap<&str, Vec<&str>> = HashMap::new();
    for subject in table.subjects() {
        let groups = table.of_subject(subject);
        for group in groups.iter().filter(|name| !is_action_name(name)) {
            members.entry(group).or_default().push(subject);
        }
    }
    let mut concerned = BTreeSet::new();
    // A group that is named again adds nobody.
    let names: BTreeSet<String> = names.collect();
    for name in names {
        match members.get(name.as_str()) {
            None => drop(concerned.insert(name)),
            Some(members) => concerned.extend(members.iter().map(|&member| member.to_owned())),
        }
    }
    Ok(concerned.into_iter().collect())
}
