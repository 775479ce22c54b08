//! Runs a query and cuts out the page that it asks for.

use std::ops::Range;
use std::sync::Arc;

use tracrpc_db::{Connection, SqlValue};
use tracrpc_env::{Actor, Environment, Reach, Resource, Result};
use tracrpc_translation::message;

use super::cache::{Found, QueryCache, Results};
use super::columns::{Selection, TicketColumns};
use super::memory::TicketMemory;
use super::refusal::Refusal;
use super::sql::{Statement, statement};
use super::tree::Query;

/// The numbers of the tickets that the query `text` finds, in its order, of
/// the page that it asks for: those of them that the user may see.
///
/// # Errors
/// What [`Query::parse`] refuses, a page that does not exist, or a database
/// that fails.
pub fn run(actor: &Actor, text: &str) -> Result<Vec<i64>> {
    tickets(actor, &Query::parse(actor, text)?)
}

/// As [`run`], for a query that has been read.
///
/// # Errors
/// A page that does not exist, or a database that fails.
pub fn tickets(actor: &Actor, query: &Query) -> Result<Vec<i64>> {
    let found = page(actor.env(), query)?;
    match actor.reach("TICKET_VIEW", "ticket")? {
        Reach::All => Ok(found),
        Reach::Nothing => Ok(Vec::new()),
        Reach::Some => actor.filter("TICKET_VIEW", found, |id| Resource::ticket(*id)),
    }
}

/// How many tickets a query finds on all of its pages, whether the user may
/// see them or not, as Trac counts them.
///
/// # Errors
/// A database that fails.
pub fn count(actor: &Actor, query: &Query) -> Result<usize> {
    let env = actor.env();
    let finder = Finder::new(env, query)?;
    if let Some(found) = finder.remembered(None) {
        return Ok(found.ids.len());
    }
    match finder.in_memory(|selection| selection.count())? {
        Some(count) => Ok(count),
        None => Ok(finder.in_database(None)?.ids.len()),
    }
}

fn page(env: &Environment, query: &Query) -> Result<Vec<i64>> {
    let wanted = query.first_rows();
    let finder = Finder::new(env, query)?;
    if let Some(found) = finder.remembered(wanted) {
        return query.cut(&found);
    }
    if let Some(page) = finder.in_memory(|selection| finder.page(selection))? {
        return page;
    }
    query.cut(&finder.in_database(wanted)?)
}

impl Query {
    /// How many tickets are on a full page; with groups there is one more, by
    /// which Trac sees whether the last group goes on. None for all.
    fn page_length(&self) -> Option<usize> {
        let max = usize::try_from(self.max.value).unwrap_or(usize::MAX);
        (max > 0).then(|| max.saturating_add(usize::from(self.group.is_some())))
    }

    /// How many rows the page needs from the start; none for all. Later pages
    /// need all of them, as only the number of tickets tells which exist.
    fn first_rows(&self) -> Option<usize> {
        self.page_length()
            .filter(|length| self.page.value == 1 && *length < i32::MAX as usize)
    }

    pub(super) fn cut(&self, found: &Found) -> Result<Vec<i64>> {
        let range = self.page_of(found.ids.len(), found.is_complete)?;
        Ok(found.ids.get(range).unwrap_or_default().to_vec())
    }

    /// Where the page lies in the tickets that were found. If all fit on one
    /// page they are on every page.
    fn page_of(&self, count: usize, is_complete: bool) -> Result<Range<usize>> {
        let Some(length) = self.page_length() else {
            return Ok(0..count);
        };
        let max = usize::try_from(self.max.value).unwrap_or(usize::MAX);
        if is_complete && count <= max {
            return Ok(0..count);
        }
        let before = usize::try_from(self.page.value - 1).unwrap_or(usize::MAX);
        let start = before.saturating_mul(max);
        if start >= count {
            let page = &self.page.digits;
            let message = message!(
                "Page %(page)s is beyond the number of pages in the query",
                page = page
            );
            return Err(Refusal::Page.error(message));
        }
        Ok(start..start.saturating_add(length).min(count))
    }
}

/// Where a query finds its tickets: what is remembered, in memory, or in the
/// database.
pub(super) struct Finder<'a> {
    env: &'a Environment,
    query: &'a Query,
    statement: Statement,
    /// Taken first: what is found later is at least as new.
    results: Arc<Results>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(env: &'a Environment, query: &'a Query) -> Result<Self> {
        Ok(Self {
            env,
            query,
            statement: statement(query, env.db().dialect())?,
            results: env.slot::<QueryCache>().results(env)?,
        })
    }

    /// The first `wanted` tickets, or all of them, if they are remembered.
    fn remembered(&self, wanted: Option<usize>) -> Option<Found> {
        let found = self.results.get(&self.statement)?;
        let is_enough = found.is_complete || wanted.is_some_and(|wanted| wanted <= found.ids.len());
        is_enough.then_some(found)
    }

    pub(super) fn in_memory<T>(&self, f: impl FnOnce(Selection<'_>) -> T) -> Result<Option<T>> {
        let memory = self.env.slot::<TicketMemory>();
        let cancel = self.env.db().cancel();
        let select = |columns: &TicketColumns| columns.select(self.query, &cancel).map(f);
        let answer = memory.ask(self.env, select)?;
        // Who has given up does not begin anew in the database.
        cancel.check()?;
        Ok(answer.flatten())
    }

    /// The page that the query asks for; the first one is remembered.
    pub(super) fn page(&self, selection: Selection<'_>) -> Result<Vec<i64>> {
        let count = selection.count();
        let range = self.query.page_of(count, true)?;
        let is_complete = range == (0..count);
        let is_first = range.start == 0;
        let page = selection.page(range);
        if is_first {
            let ids = Arc::new(page.clone());
            self.remember(Found { ids, is_complete });
        }
        Ok(page)
    }

    /// The first `wanted` tickets, or all of them.
    pub(super) fn in_database(&self, wanted: Option<usize>) -> Result<Found> {
        let read = |connection: &mut Connection| select(connection, &self.statement, wanted);
        let found = self.env.db().read(read)?;
        self.remember(found.clone());
        Ok(found)
    }

    fn remember(&self, found: Found) {
        self.results.put(self.statement.clone(), found);
    }
}

fn select(
    connection: &mut Connection,
    statement: &Statement,
    wanted: Option<usize>,
) -> Result<Found> {
    let rows = match wanted {
        None => connection.query(&statement.sql, &statement.params)?,
        Some(wanted) => {
            let mut params = statement.params.clone();
            params.push(SqlValue::Int(wanted as i64));
            connection.query(&format!("{}\nLIMIT ?", statement.sql), &params)?
        }
    };
    let ids = rows
        .iter()
        .map(|row| Ok(row.get(0)?))
        .collect::<Result<Vec<i64>>>()?;
    let is_complete = wanted.is_none_or(|wanted| ids.len() < wanted);
    Ok(Found {
        ids: Arc::new(ids),
        is_complete,
    })
}
