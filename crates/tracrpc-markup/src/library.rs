//! Answers what the built-in macros ask, for an actor.

use std::cell::RefCell;

use tracrpc_env::{Actor, Error, ErrorKind, Resource, Result};
use tracrpc_pages::{attachment, page};
use tracrpc_tickets::query::{self, Refusal};
use tracrpc_translation::Catalog;
use tracrpc_wiki::macros::{ConfigSection, QueryTable, RepositoryEntry, TicketProgress};
use tracrpc_wiki::{
    AttachmentAnswer, ExpansionError, Href, Library, PageChange, QueriedTicket, TicketGroup,
};

use super::dates::Dates;
use super::repositories::Repositories;
use super::resource::env_resource;
use super::tickets::{self, ListedTicket};
use super::{options, progress, query_table, workflow};
use crate::admin_help;

/// Reads what macros show, and keeps what goes wrong.
pub(super) struct ActorLibrary<'a> {
    actor: &'a Actor,
    failure: RefCell<Option<Error>>,
}

impl<'a> ActorLibrary<'a> {
    /// A library that has failed at nothing.
    pub(super) fn new(actor: &'a Actor) -> Self {
        Self {
            actor,
            failure: RefCell::new(None),
        }
    }

    /// The first thing that went wrong.
    pub(super) fn finish(self) -> Result<()> {
        self.failure.into_inner().map_or(Ok(()), Err)
    }

    /// The answer, or its default if that failed: rendering goes on, and its
    /// result is not used.
    fn keep<T: Default>(&self, answer: Result<T>) -> T {
        answer.unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            T::default()
        })
    }

    /// As [`Self::keep`], but what is wrong with a query is told in its place.
    fn keep_unless_invalid<T: Default>(&self, answer: Result<T>) -> Result<T, ExpansionError> {
        match answer {
            Err(error) if error.kind() == ErrorKind::Invalid => {
                Err(bad_query(&error, self.actor.catalog()))
            }
            Err(error) if error.kind() == ErrorKind::Setting => {
                let text = error.message_in(self.actor.catalog());
                Err(ExpansionError::failure(&text))
            }
            answer => Ok(self.keep(answer)),
        }
    }

    fn recent(&self, prefix: &str, limit: Option<usize>) -> Result<Vec<PageChange>> {
        let pages = page::recent(self.actor.env(), prefix, limit)?;
        let pages = self.actor.filter("WIKI_VIEW", pages, |page| {
            Resource::wiki(page.name.as_str()).at_version(Some(page.version))
        })?;
        let dates = Dates::of(self.actor)?;
        let shown = |page: page::PageSummary| PageChange {
            day: dates.format_date(page.time),
            name: page.name,
            version: page.version,
        };
        Ok(pages.into_iter().map(shown).collect())
    }

    fn find_attachment(
        &self,
        parent: &tracrpc_wiki::Resource,
        filename: &str,
    ) -> Result<Option<AttachmentAnswer>> {
        let attachment = match attachment::find(self.actor.env(), &env_resource(parent), filename) {
            Ok(attachment) => attachment,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let viewable = self.actor.can("ATTACHMENT_VIEW", &attachment.resource())?;
        let description = attachment.description.unwrap_or_default();
        Ok(Some(AttachmentAnswer {
            description,
            viewable,
        }))
    }

    fn found(&self, text: &str) -> Result<Vec<QueriedTicket>> {
        let query = query::Query::parse(self.actor, text)?;
        let ids = query::tickets(self.actor, &query)?;
        let tickets = tickets::rows(self.actor.env(), &ids, None)?;
        Ok(tickets.into_iter().map(queried).collect())
    }

    /// Runs of tickets that have the same value: Trac makes no group of what
    /// is not together.
    fn groups(&self, text: &str, href: &Href) -> Result<Option<Vec<TicketGroup>>> {
        let query = query::Query::parse(self.actor, text)?;
        let Some(group) = &query.group else {
            return Ok(None);
        };
        let ids = query::tickets(self.actor, &query)?;
        let rows = tickets::rows(self.actor.env(), &ids, Some(&group.column))?;
        let mut groups = Vec::new();
        for rows in rows.chunk_by(|one, next| one.group == next.group) {
            let value = rows
                .first()
                .map(|row| row.group.clone())
                .unwrap_or_default();
            let (url, query) = query::group_url(self.actor, text, &value, href)?;
            groups.push(TicketGroup {
                field: group.column.name.clone(),
                value,
                query,
                url,
                tickets: rows.iter().cloned().map(queried).collect(),
            });
        }
        Ok(Some(groups))
    }

    fn count(&self, text: &str) -> Result<usize> {
        query::count(self.actor, &query::Query::parse(self.actor, text)?)
    }
}

fn queried(ticket: ListedTicket) -> QueriedTicket {
    QueriedTicket {
        id: ticket.id,
        status: ticket.status,
        summary: ticket.summary,
    }
}

/// What is wrong with a query. That a page or the length of a page is no number, or that there is
/// no such page, is no error of syntax to Trac.
fn bad_query(error: &Error, catalog: &Catalog) -> ExpansionError {
    let text = error.message_in(catalog);
    match Refusal::of(error) {
        Some(Refusal::Page) => ExpansionError::failure(&text),
        Some(Refusal::Value) | None => ExpansionError::usage(&text),
    }
}

impl Library for ActorLibrary<'_> {
    fn page_names(&self) -> Vec<String> {
        self.keep(page::names(self.actor))
    }

    fn recent_changes(&self, prefix: &str, limit: Option<usize>) -> Vec<PageChange> {
        self.keep(self.recent(prefix, limit))
    }

    fn attachment(
        &self,
        parent: &tracrpc_wiki::Resource,
        filename: &str,
    ) -> Option<AttachmentAnswer> {
        self.keep(self.find_attachment(parent, filename))
    }

    fn tickets(&self, query: &str) -> Result<Vec<QueriedTicket>, ExpansionError> {
        self.keep_unless_invalid(self.found(query))
    }

    fn ticket_groups(
        &self,
        query: &str,
        href: &Href,
    ) -> Result<Option<Vec<TicketGroup>>, ExpansionError> {
        self.keep_unless_invalid(self.groups(query, href))
    }

    fn count_tickets(&self, query: &str) -> Result<usize, ExpansionError> {
        match self.count(query) {
            // Trac reads the values of constraints only here, and does not expect that they are
            // wrong.
            Err(error) if Refusal::of(&error) == Some(Refusal::Value) => {
                let text = error.message_in(self.actor.catalog());
                Err(ExpansionError::failure(&text))
            }
            count => self.keep_unless_invalid(count),
        }
    }

    fn ticket_table(&self, query: &str, href: &Href) -> Result<QueryTable, ExpansionError> {
        self.keep_unless_invalid(query_table::read(self.actor, query, href))
    }

    fn ticket_progress(&self, query: &str, href: &Href) -> Result<TicketProgress, ExpansionError> {
        match progress::read(self.actor, query, href) {
            Err(error) if matches!(error.kind(), ErrorKind::Config | ErrorKind::Setting) => {
                let text = error.message_in(self.actor.catalog());
                Err(ExpansionError::failure(&text))
            }
            answer => self.keep_unless_invalid(answer),
        }
    }

    fn config_sections(&self) -> Vec<ConfigSection> {
        options::sections(self.actor.env())
    }

    fn repositories(&self) -> Vec<RepositoryEntry> {
        let repositories = Repositories::read(self.actor.env());
        self.keep(repositories.and_then(|known| known.entries(self.actor)))
    }

    fn admin_help(&self, words: &[&str]) -> Option<String> {
        admin_help::of_commands(words)
    }

    fn check_workflow(&self, ini: &str) -> Result<(), ExpansionError> {
        workflow::check(ini)
    }
}
