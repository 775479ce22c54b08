//! The order of tickets: a number for each, less for one that comes first.

use std::collections::HashMap;

use super::TicketColumns;
use super::text::TextColumn;
use crate::query::sql::Kind;
use crate::query::tree::Order;

/// What has no value comes last, and there NULL before what is empty.
const NULL_LAST: u64 = u64::MAX - 1;
const EMPTY_LAST: u64 = u64::MAX;

/// The tables by which values are ordered.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    /// By type and name, what is not empty as an integer.
    pub(super) enums: HashMap<String, HashMap<String, EnumRank>>,
    /// When milestones were completed and are due.
    pub(super) milestones: HashMap<String, [Option<i64>; 2]>,
    /// When versions were released.
    pub(super) versions: HashMap<String, Option<i64>>,
}

/// The place of a value in its enumeration: first whether it has none.
pub(super) type EnumRank = (bool, Option<i64>);

/// How the tickets of a column compare.
pub(super) enum Keys<'a> {
    Ids(&'a [i64]),
    Times(&'a [Option<i64>]),
    /// By the numbers of the tickets' texts.
    Texts(&'a [u32], Vec<u64>),
    /// No ticket has a value.
    Equal,
}

impl Keys<'_> {
    pub(super) fn of(&self, place: u32) -> u64 {
        let place = place as usize;
        match self {
            Keys::Ids(ids) => from_signed(ids[place]),
            Keys::Times(times) => match times[place] {
                None => NULL_LAST,
                Some(0) => EMPTY_LAST,
                Some(time) => from_signed(time).min(NULL_LAST - 1),
            },
            Keys::Texts(numbers, keys) => keys[numbers[place] as usize],
            Keys::Equal => 0,
        }
    }
}

impl TicketColumns {
    /// None if the column is not kept here.
    pub(super) fn keys(&self, order: &Order) -> Option<Keys<'_>> {
        let column = &order.column;
        let name = column.name.as_str();
        let texts = match column.is_custom {
            true => self.custom.get(name),
            false => self.texts.get(name),
        };
        let ranking = &self.ranking;
        Some(match (Kind::of(column), texts) {
            (Kind::Id, _) => Keys::Ids(&self.ids),
            (Kind::Time, _) => Keys::Times(self.times.get(name)?),
            (Kind::Text, None) if column.is_custom => Keys::Equal,
            (_, None) => return None,
            (Kind::Text, Some(texts)) => Keys::Texts(texts.numbers(), by_text(texts)),
            (Kind::Enum(kind), Some(texts)) => by(texts, |name| ranking.enum_rank(kind, name)),
            (Kind::Milestone, Some(texts)) => by(texts, |name| ranking.milestone_rank(name)),
            (Kind::Version, Some(texts)) => by(texts, |name| ranking.version_rank(name)),
        })
    }
}

impl Ranking {
    fn enum_rank(&self, kind: &str, name: Option<&str>) -> EnumRank {
        let values = self.enums.get(kind);
        let rank = values.and_then(|values| values.get(name?));
        rank.copied().unwrap_or((true, None))
    }

    fn milestone_rank<'n>(&self, name: Option<&'n str>) -> impl Ord + use<'n> {
        let dates = name.and_then(|name| self.milestones.get(name)).copied();
        let [completed, due] = dates.unwrap_or_default();
        let is_empty = name.unwrap_or_default().is_empty();
        (
            is_empty,
            completed.unwrap_or(0) == 0,
            completed,
            due.unwrap_or(0) == 0,
            due,
            name,
        )
    }

    fn version_rank<'n>(&self, name: Option<&'n str>) -> impl Ord + use<'n> {
        let time = name
            .and_then(|name| self.versions.get(name))
            .copied()
            .flatten();
        let is_empty = name.unwrap_or_default().is_empty();
        (is_empty, time.unwrap_or(0) == 0, time, name)
    }
}

fn by_text(texts: &TextColumn) -> Vec<u64> {
    let mut keys: Vec<u64> = texts.ranks().iter().map(|rank| u64::from(*rank)).collect();
    keys.resize(texts.different() + 1, 0);
    keys[0] = NULL_LAST;
    if let Some(empty) = texts.find("") {
        keys[empty as usize] = EMPTY_LAST;
    }
    keys
}

/// Texts with equal ranks have equal keys.
fn by<'t, R: Ord>(texts: &'t TextColumn, rank: impl Fn(Option<&'t str>) -> R) -> Keys<'t> {
    let ranks = texts.map(rank);
    let mut sorted: Vec<usize> = (0..ranks.len()).collect();
    sorted.sort_by(|a, b| ranks[*a].cmp(&ranks[*b]));
    let mut keys = vec![0; ranks.len()];
    for pair in sorted.windows(2) {
        let step = u64::from(ranks[pair[0]] != ranks[pair[1]]);
        keys[pair[1]] = keys[pair[0]] + step;
    }
    Keys::Texts(texts.numbers(), keys)
}

/// The same order without a sign.
fn from_signed(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}
