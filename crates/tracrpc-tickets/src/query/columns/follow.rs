//! Keeps the columns as the database is.

use std::collections::HashMap;

use tracrpc_db::{Change, ChangeMark, Changes, Connection, Database, SqlValue};
use tracrpc_env::{Environment, Result};

use super::TicketColumns;
use super::load::{CustomRow, TicketRow, custom_values, tickets};
use super::order::Ranking;

/// How many tickets are read by one statement.
const AT_ONCE: usize = 500;

/// How often changes are followed that come while others are.
const MAX_ROUNDS: usize = 3;

impl TicketColumns {
    /// Whether this is the state that a mark tells.
    pub(in crate::query) fn is_at(&self, mark: &ChangeMark) -> bool {
        self.mark == *mark
    }

    /// Whether this is a later state than the one that a mark tells, as far as
    /// that can be known.
    pub(in crate::query) fn is_after(&self, database: &Database, mark: &ChangeMark) -> bool {
        database.changes_between(mark, &self.mark) != Changes::Unknown
    }

    /// Brings the columns to the present; tells whether they are. Where not,
    /// they have to be loaded anew, unless it was only that others write.
    ///
    /// # Errors
    /// A database that fails.
    pub(in crate::query) fn follow(&mut self, env: &Environment) -> Result<bool> {
        let database = env.db();
        for _ in 0..MAX_ROUNDS {
            let now = database.change_mark()?;
            if self.is_at(&now) {
                return Ok(true);
            }
            match database.changes_between(&self.mark, &now) {
                Changes::Known(changes) if self.apply(env, &changes)? => self.mark = now,
                _ => return Ok(false),
            }
        }
        Ok(false)
    }

    fn apply(&mut self, env: &Environment, changes: &[Change]) -> Result<bool> {
        let database = env.db();
        if changes.iter().any(|change| change.key.is_none()) {
            let Ok(ranking) = Ranking::load(database)? else {
                return Ok(false);
            };
            self.ranking = ranking;
        }
        let mut ids: Vec<i64> = changes.iter().filter_map(|change| change.key).collect();
        ids.sort_unstable();
        ids.dedup();
        for ids in ids.chunks(AT_ONCE) {
            let (tickets, custom) = database.read(|connection| rows_of(connection, ids))?;
            if !self.refresh(ids, &tickets, &custom) {
                return Ok(false);
            }
        }
        self.settle();
        Ok(!self.is_overgrown() && self.has_room(env))
    }

    /// Puts the rows of the tickets `ids`, of which some may be gone.
    fn refresh(&mut self, ids: &[i64], tickets: &[TicketRow], custom: &[CustomRow]) -> bool {
        let by_id: HashMap<i64, &TicketRow> =
            tickets.iter().map(|ticket| (ticket.id, ticket)).collect();
        for id in ids {
            let ticket = by_id.get(id).copied();
            let kept = match (self.ids.binary_search(id), ticket) {
                (Ok(place), Some(ticket)) => self.set(place, ticket),
                (Err(place), Some(ticket)) => self.insert(place, ticket),
                (Ok(place), None) => {
                    self.remove(place);
                    Ok(())
                }
                (Err(_), None) => Ok(()),
            };
            if kept.is_err() {
                return false;
            }
        }
        self.set_custom(custom).is_ok()
    }

    fn remove(&mut self, place: usize) {
        self.ids.remove(place);
        for column in self.texts.values_mut().chain(self.custom.values_mut()) {
            column.remove(place);
        }
        for column in self.times.values_mut() {
            column.remove(place);
        }
    }

    /// Whether most texts are such that no ticket has any more.
    fn is_overgrown(&self) -> bool {
        let most = 2 * self.ids.len() + 10_000;
        let mut columns = self.texts.values().chain(self.custom.values());
        columns.any(|column| column.different() > most)
    }
}

fn rows_of(connection: &mut Connection, ids: &[i64]) -> Result<(Vec<TicketRow>, Vec<CustomRow>)> {
    let marks = vec!["?"; ids.len()].join(",");
    let params: Vec<SqlValue> = ids.iter().map(|id| (*id).into()).collect();
    let tickets = tickets(connection, &format!("id IN ({marks})"), &params)?;
    let custom = custom_values(connection, &format!("ticket IN ({marks})"), &params)?;
    Ok((tickets, custom))
}
