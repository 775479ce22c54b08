//! Which rows a process changed itself, so that what it keeps of them in
//! memory can follow without being read anew.

use std::collections::VecDeque;

use crate::ChangeMark;

/// How many changes are remembered, all in all.
const MAX_REMEMBERED: usize = 20_000;

/// How many changes one transaction may make that are told one by one.
pub(crate) const MAX_CHANGES: usize = 5_000;

/// A table whose changes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The table's name.
    pub table: &'static str,
    /// The integer column that tells which row changed; none if it is enough
    /// to know that some row did.
    pub key: Option<&'static str>,
}

/// A change of a watched table: one or more rows with this key are new, gone
/// or different.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The table's name.
    pub table: &'static str,
    /// What [`Watched::key`] holds.
    pub key: Option<i64>,
}

/// What changed in the watched tables since a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// These, and nothing else.
    Known(Vec<Change>),
    /// Anything: another process wrote, or it was too much to remember.
    Unknown,
}

/// What the transactions of this process changed, as long as no other process
/// wrote in between.
#[derive(Debug, Default)]
pub(crate) struct ChangeLog {
    entries: VecDeque<Entry>,
}

#[derive(Debug)]
struct Entry {
    before: ChangeMark,
    after: ChangeMark,
    changes: Vec<Change>,
}

impl ChangeLog {
    /// Notes a transaction that took the database from one mark to another.
    pub(crate) fn add(&mut self, before: ChangeMark, after: ChangeMark, changes: Vec<Change>) {
        if self.entries.back().is_some_and(|last| last.after != before) {
            self.entries.clear();
        }
        self.entries.push_back(Entry {
            before,
            after,
            changes,
        });
        while self.weight() > MAX_REMEMBERED {
            self.entries.pop_front();
        }
    }

    /// What changed between two marks.
    pub(crate) fn between(&self, before: &ChangeMark, after: &ChangeMark) -> Changes {
        if before == after {
            return Changes::Known(Vec::new());
        }
        let first = self
            .entries
            .iter()
            .position(|entry| entry.before == *before);
        let last = self.entries.iter().rposition(|entry| entry.after == *after);
        let (Some(first), Some(last)) = (first, last) else {
            return Changes::Unknown;
        };
        if first > last {
            return Changes::Unknown;
        }
        let entries = self.entries.range(first..=last);
        let mut changes: Vec<_> = entries.flat_map(|entry| &entry.changes).cloned().collect();
        changes.sort_unstable();
        changes.dedup();
        Changes::Known(changes)
    }

    /// Entries without changes take room as well.
    fn weight(&self) -> usize {
        self.entries
            .iter()
            .map(|entry| 1 + entry.changes.len())
            .sum()
    }
}
