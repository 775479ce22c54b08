//! Which tickets meet a condition, by the rules that SQL has for it.

use tracrpc_env::Cancel;
use tracrpc_env::time::Timestamp;

use super::TicketColumns;
use super::text::TextColumn;
use crate::query::condition::{Column, Comparison, Condition, Place};
use crate::ticket::custom_time_text;

/// Whether a ticket meets a condition: what is compared with NULL is neither
/// true nor false. The order is such that "and" is the least of two, and "or"
/// the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    fn of(fact: bool) -> Self {
        match fact {
            true => Self::True,
            false => Self::False,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl TicketColumns {
    /// The places of the tickets that meet a condition, ascending. None if it
    /// asks for what is not kept here, or the request is given up.
    pub(super) fn matching(
        &self,
        condition: Option<&Condition>,
        cancel: &Cancel,
    ) -> Option<Vec<u32>> {
        let places = 0..self.ids.len() as u32;
        let Some(condition) = condition else {
            return Some(places.collect());
        };
        let truths = self.truths(condition, cancel)?;
        Some(
            places
                .zip(truths)
                .filter(|(_, truth)| *truth == Truth::True)
                .map(|(place, _)| place)
                .collect(),
        )
    }

    fn truths(&self, condition: &Condition, cancel: &Cancel) -> Option<Vec<Truth>> {
        cancel.check().ok()?;
        match condition {
            Condition::All(parts) => self.combined(parts, cancel, Truth::True, Ord::min),
            Condition::Any(parts) => self.combined(parts, cancel, Truth::False, Ord::max),
            Condition::Not(part) => {
                let mut truths = self.truths(part, cancel)?;
                truths.iter_mut().for_each(|truth| *truth = truth.not());
                Some(truths)
            }
            Condition::Ids(ranges) => Some(self.ids_within(ranges)),
            Condition::Field(column, comparison) => self.compared(column, comparison),
        }
    }

    fn combined(
        &self,
        parts: &[Condition],
        cancel: &Cancel,
        start: Truth,
        combine: impl Fn(Truth, Truth) -> Truth,
    ) -> Option<Vec<Truth>> {
        let mut result = vec![start; self.ids.len()];
        for part in parts {
            let truths = self.truths(part, cancel)?;
            for (truth, other) in result.iter_mut().zip(truths) {
                *truth = combine(*truth, other);
            }
        }
        Some(result)
    }

    fn ids_within(&self, ranges: &[(i64, i64)]) -> Vec<Truth> {
        let mut truths = vec![Truth::False; self.ids.len()];
        for (first, last) in ranges {
            let start = self.ids.partition_point(|id| id < first);
            let end = self.ids.partition_point(|id| id <= last).max(start);
            truths[start..end].fill(Truth::True);
        }
        truths
    }

    fn compared(&self, column: &Column, comparison: &Comparison) -> Option<Vec<Truth>> {
        if column.is_custom {
            let nulls;
            let texts = match self.custom.get(&column.name) {
                Some(texts) => texts,
                None => {
                    nulls = TextColumn::of_nulls(self.ids.len());
                    &nulls
                }
            };
            return Some(compared_texts(texts, comparison));
        }
        match self.times.get(column.name.as_str()) {
            Some(times) => compared_times(times, comparison),
            None => Some(compared_texts(
                self.texts.get(column.name.as_str())?,
                comparison,
            )),
        }
    }
}

fn compared_times(times: &[Option<i64>], comparison: &Comparison) -> Option<Vec<Truth>> {
    let compare = |compare: &dyn Fn(i64) -> bool| {
        let truth =
            |time: &Option<i64>| time.map_or(Truth::Unknown, |time| Truth::of(compare(time)));
        Some(times.iter().map(truth).collect())
    };
    match comparison {
        Comparison::From(start) => compare(&|time| time >= start.as_microsecond()),
        Comparison::Before(end) => compare(&|time| time < end.as_microsecond()),
        Comparison::NoTime => {
            let truth = |time: &Option<i64>| Truth::of(time.is_none());
            Some(times.iter().map(truth).collect())
        }
        _ => None,
    }
}

fn compared_texts(column: &TextColumn, comparison: &Comparison) -> Vec<Truth> {
    match comparison {
        Comparison::Is(value) => one_of(column, std::slice::from_ref(value), Truth::True),
        Comparison::IsNot(value) => one_of(column, std::slice::from_ref(value), Truth::False),
        Comparison::In(values) => one_of(column, values, Truth::True),
        Comparison::NotIn(values) => one_of(column, values, Truth::False),
        Comparison::NoTime => one_of(column, &[String::new()], Truth::True),
        Comparison::Like(place, value) => {
            let pattern = Pattern::new(*place, value);
            each(column, |text| {
                Truth::of(pattern.is_in(text.unwrap_or_default()))
            })
        }
        Comparison::From(start) => compared_with_time(column, *start, |text, start| text >= start),
        Comparison::Before(end) => compared_with_time(column, *end, |text, end| text < end),
    }
}

/// `truth` for the tickets with one of the texts, its opposite for others.
fn one_of(column: &TextColumn, values: &[String], truth: Truth) -> Vec<Truth> {
    let mut by_number = vec![truth.not(); column.different() + 1];
    for value in values {
        if let Some(number) = column.find(value) {
            by_number[number as usize] = truth;
        }
        if value.is_empty() {
            by_number[0] = truth;
        }
    }
    spread(column, &by_number)
}

/// The times of custom fields are texts of equal length.
fn compared_with_time(
    column: &TextColumn,
    time: Timestamp,
    compare: impl Fn(&str, &str) -> bool,
) -> Vec<Truth> {
    let time = custom_time_text(time);
    each(column, |text| {
        text.map_or(Truth::Unknown, |text| Truth::of(compare(text, &time)))
    })
}

fn each(column: &TextColumn, truth: impl Fn(Option<&str>) -> Truth) -> Vec<Truth> {
    spread(column, &column.map(truth))
}

fn spread(column: &TextColumn, by_number: &[Truth]) -> Vec<Truth> {
    let numbers = column.numbers().iter();
    numbers.map(|number| by_number[*number as usize]).collect()
}

/// A text to look for without regard to the case of ASCII letters, as LIKE of
/// SQLite does.
struct Pattern<'a> {
    place: Place,
    value: &'a [u8],
}

impl<'a> Pattern<'a> {
    fn new(place: Place, value: &'a str) -> Self {
        let value = value.as_bytes();
        Self { place, value }
    }

    fn is_in(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let length = self.value.len();
        if text.len() < length {
            return false;
        }
        match self.place {
            Place::Start => text[..length].eq_ignore_ascii_case(self.value),
            Place::End => text[text.len() - length..].eq_ignore_ascii_case(self.value),
            Place::Inside => self.is_inside(text),
        }
    }

    /// `text` is at least as long as the value.
    fn is_inside(&self, text: &[u8]) -> bool {
        let Some(first) = self.value.first() else {
            return true;
        };
        let length = self.value.len();
        let starts = &text[..=text.len() - length];
        memchr::memchr2_iter(
            first.to_ascii_lowercase(),
            first.to_ascii_uppercase(),
            starts,
        )
        .any(|start| text[start..start + length].eq_ignore_ascii_case(self.value))
    }
}
