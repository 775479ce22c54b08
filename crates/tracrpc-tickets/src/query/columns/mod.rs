//! What queries look at, of all tickets, in memory: column by column.
//!
//! Trac's tables have an index for the fewest of the questions that a query can
//! ask, and reading all tickets for one takes some tens of milliseconds where
//! there are many. Here each field is an array. Descriptions are not kept:
//! a query that asks for them goes to the database.
//!
//! What SQL answers and what is answered here is the same; a test compares them.

mod filter;
mod follow;
mod load;
mod order;
mod text;

use std::collections::HashMap;
use std::ops::Range;

use tracrpc_db::{ChangeMark, Watched};
use tracrpc_env::{Cancel, MemoryShare};

pub(super) use self::load::Unfit;
use self::order::Ranking;
use self::text::TextColumn;
use super::tree::{Order, Query};

/// The tables that the columns come from.
pub(crate) const WATCHED: &[Watched] = &[
    by_key("ticket", "id"),
    by_key("ticket_custom", "ticket"),
    whole("enum"),
    whole("milestone"),
    whole("version"),
];

/// The fields of all tickets, but for their descriptions.
#[derive(Debug)]
pub(super) struct TicketColumns {
    /// The state of the database that this is.
    mark: ChangeMark,
    /// Ascending. The place of a ticket here is its place in all columns.
    ids: Vec<i64>,
    texts: HashMap<&'static str, TextColumn>,
    times: HashMap<&'static str, Vec<Option<i64>>>,
    /// By their names, the custom fields of which a ticket has a value.
    custom: HashMap<String, TextColumn>,
    ranking: Ranking,
    memory: MemoryShare,
}

/// The tickets that a query finds, in no order yet.
pub(super) struct Selection<'a> {
    columns: &'a TicketColumns,
    /// By group, by order, by number.
    keys: Vec<(u64, u64, u32)>,
}

impl TicketColumns {
    /// What `query` finds. None if it asks for what is not kept here, or the request is
    /// given up.
    pub(super) fn select(&self, query: &Query, cancel: &Cancel) -> Option<Selection<'_>> {
        let places = self.matching(query.condition.as_ref(), cancel)?;
        let mut keys: Vec<_> = places.into_iter().map(|place| (0, 0, place)).collect();
        let group = query.group.as_ref();
        if let Some(group) = group.filter(|group| group.column != query.order.column) {
            self.fill(&mut keys, group, |key| &mut key.0)?;
        }
        self.fill(&mut keys, &query.order, |key| &mut key.1)?;
        Some(Selection {
            columns: self,
            keys,
        })
    }

    /// How many tickets there are.
    pub(super) fn tickets(&self) -> u64 {
        self.ids.len() as u64
    }

    fn fill(
        &self,
        keys: &mut [(u64, u64, u32)],
        order: &Order,
        slot: impl Fn(&mut (u64, u64, u32)) -> &mut u64,
    ) -> Option<()> {
        let values = self.keys(order)?;
        for key in keys {
            let value = values.of(key.2);
            *slot(key) = if order.descending { !value } else { value };
        }
        Some(())
    }
}

impl Selection<'_> {
    /// How many tickets there are.
    pub(super) fn count(&self) -> usize {
        self.keys.len()
    }

    /// The numbers of the tickets that come so far in the order: only these
    /// are sorted.
    pub(super) fn page(mut self, range: Range<usize>) -> Vec<i64> {
        let keys = &mut self.keys;
        if range.end < keys.len() {
            keys.select_nth_unstable(range.end);
            keys.truncate(range.end);
        }
        if (1..keys.len()).contains(&range.start) {
            keys.select_nth_unstable(range.start);
        }
        let page = keys.get_mut(range.start..).unwrap_or_default();
        page.sort_unstable();
        page.iter()
            .map(|(_, _, place)| self.columns.ids[*place as usize])
            .collect()
    }
}

const fn by_key(table: &'static str, key: &'static str) -> Watched {
    let key = Some(key);
    Watched { table, key }
}

const fn whole(table: &'static str) -> Watched {
    Watched { table, key: None }
}
