//! Answers what the links of a text point to, for an actor.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use jiff::tz::TimeZone;
use tracrpc_env::config::DateFormat;
use tracrpc_env::stored::Text;
use tracrpc_env::time::{DateContext, DateLocale, Hint, now, parse_date};
use tracrpc_env::{Actor, Cancel, Environment, Error, ErrorKind, Result};
use tracrpc_tickets::query;
use tracrpc_wiki::{Answers, Href, RepositoryLink, RepositoryTarget, Resolver, Targets};

use super::repositories::Repositories;
use super::{dates, lookup};

/// Looks links up for an actor, and keeps what goes wrong.
pub(super) struct ActorResolver<'a> {
    actor: &'a Actor,
    repositories: OnceCell<Repositories>,
    full_names: OnceCell<HashMap<String, String>>,
    failure: RefCell<Option<Error>>,
    cancel: Cancel,
}

impl<'a> ActorResolver<'a> {
    /// A resolver that has failed at nothing.
    pub(super) fn new(actor: &'a Actor) -> Self {
        Self {
            actor,
            repositories: OnceCell::new(),
            full_names: OnceCell::new(),
            failure: RefCell::new(None),
            cancel: actor.env().db().cancel(),
        }
    }

    /// The first thing that went wrong.
    pub(super) fn finish(self) -> Result<()> {
        self.failure.into_inner().map_or(Ok(()), Err)?;
        self.cancel.check().map_err(Error::from)
    }

    /// The repositories, read once a text.
    fn repositories(&self) -> Option<&Repositories> {
        if self.repositories.get().is_none() {
            let read = Repositories::read(self.actor.env());
            let known = self.keep(read.map(Some))?;
            return Some(self.repositories.get_or_init(|| known));
        }
        self.repositories.get()
    }

    /// The answer, or its default if that failed: rendering goes on, and its
    /// result is not used.
    fn keep<T: Default>(&self, answer: Result<T>) -> T {
        answer.unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            T::default()
        })
    }
}

impl Resolver for ActorResolver<'_> {
    fn is_given_up(&self) -> bool {
        self.cancel.is_set()
    }

    fn look_up(&self, targets: &Targets) -> Answers {
        let actor = self.actor;
        Answers {
            pages: self.keep(lookup::pages(actor, &targets.pages)),
            tickets: self.keep(lookup::tickets(actor, &targets.tickets)),
            comments: self.keep(lookup::comments(actor, &targets.comments)),
            milestones: self.keep(lookup::milestones(actor, &targets.milestones)),
            reports: self.keep(lookup::reports(actor, &targets.reports)),
            attachments: self.keep(lookup::attachments(actor, &targets.attachments)),
        }
    }

    fn query_url(&self, query: &str, href: &Href) -> Result<String, String> {
        match query::url(self.actor, query, href) {
            // Trac answers such a text with the error alone.
            Err(error) if error.kind() == ErrorKind::Setting => {
                self.keep::<()>(Err(error));
                Ok(String::new())
            }
            url => url.map_err(|error| error.message_in(self.actor.catalog())),
        }
    }

    fn repository_link(
        &self,
        link: &RepositoryLink<'_>,
        _: &Href,
    ) -> Result<RepositoryTarget, String> {
        let (RepositoryLink::Changeset { path, .. }
        | RepositoryLink::Log { path, .. }
        | RepositoryLink::Source { path, .. }) = link;
        Err(self.repositories().map_or_else(String::new, |known| {
            known.reason(path).in_language(self.actor.catalog())
        }))
    }

    fn timeline_date(&self, text: &str) -> Result<String, String> {
        let context = DateContext {
            now: now(),
            zone: TimeZone::UTC,
            format: DateFormat::Iso8601,
            language: DateLocale::english(),
        };
        let time = parse_date(text, &context, Hint::Iso8601);
        let time = time.map_err(|error| error.message_in(self.actor.catalog()))?;
        Ok(dates::format_iso(self.actor.env(), time))
    }

    fn full_name(&self, user: &str) -> Option<String> {
        if self.full_names.get().is_none() {
            let names = self.keep(full_names(self.actor.env()));
            let _ = self.full_names.set(names);
        }
        self.full_names.get()?.get(user).cloned()
    }
}

/// The full names of all users that have one.
fn full_names(env: &Environment) -> Result<HashMap<String, String>> {
    let sql = "SELECT a.sid, a.value FROM session_attribute a \
               WHERE a.authenticated=1 AND a.name='name' AND COALESCE(a.value, '') <> ''";
    let rows = env.db().read(|connection| connection.query(sql, &[]))?;
    let names = rows
        .iter()
        .map(|row| Ok((row.get::<Text>(0)?.0, row.get(1)?)));
    names.collect()
}
