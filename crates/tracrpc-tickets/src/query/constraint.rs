//! The values that a query gives for one field, as a condition.

use std::cell::OnceCell;

use tracrpc_env::text::strip;
use tracrpc_env::time::{DateContext, Hint, Timestamp, parse_date};
use tracrpc_env::{Actor, Error, Result, users};
use tracrpc_translation::message;

use super::condition::{Column, Comparison, Condition, Place};
use super::refusal::Refusal;
use super::{ranges, words};
use crate::ticket::{FieldKind, Fields};

/// Who asks, and what tickets have.
pub(super) struct Asker<'a> {
    pub(super) actor: &'a Actor,
    pub(super) fields: &'a Fields,
    dates: OnceCell<DateContext>,
}

impl<'a> Asker<'a> {
    pub(super) fn new(actor: &'a Actor, fields: &'a Fields) -> Self {
        Self {
            actor,
            fields,
            dates: OnceCell::new(),
        }
    }

    /// How the user writes dates; the present is the same for a whole query.
    fn dates(&self) -> Result<&DateContext> {
        if let Some(dates) = self.dates.get() {
            return Ok(dates);
        }
        let dates = users::date_context(self.actor)?;
        Ok(self.dates.get_or_init(|| dates))
    }
}

/// The condition that `values` make for `column`; none if they say nothing.
/// The first value tells by its marks how all of them are compared.
pub(super) fn condition(
    asker: &Asker<'_>,
    column: Column,
    values: &[String],
) -> Result<Option<Condition>> {
    let user = asker.actor.authname();
    let values: Vec<String> = values
        .iter()
        .map(|value| value.replace("$USER", user))
        .collect();
    let marks = Marks::of(values.first().map_or("", String::as_str));
    if column.name == "id" {
        return ids(&values, marks.negated);
    }
    let mut unmarked: Vec<String> = values
        .iter()
        .map(|value| without_first(value, marks.length()))
        .collect();
    if marks.place.is_none() && unmarked.len() > 1 && !column.is_time {
        let comparison = if marks.negated {
            Comparison::NotIn
        } else {
            Comparison::In
        };
        return Ok(Some(Condition::Field(column, comparison(unmarked))));
    }
    let constraint = Constraint {
        is_list: is_list(asker.fields, &column),
        asker,
        column,
        marks,
    };
    let mut conditions = Vec::new();
    for value in unmarked.drain(..) {
        conditions.extend(constraint.condition(value)?);
    }
    Ok(match constraint.marks.negated {
        true => all_of(conditions),
        false => any_of(conditions),
    })
}

/// All of these, if there are any.
pub(super) fn all_of(conditions: Vec<Condition>) -> Option<Condition> {
    (!conditions.is_empty()).then_some(Condition::All(conditions))
}

/// One of these, if there are any.
pub(super) fn any_of(conditions: Vec<Condition>) -> Option<Condition> {
    (!conditions.is_empty()).then_some(Condition::Any(conditions))
}

/// The marks at the start of a value.
#[derive(Clone, Copy)]
struct Marks {
    negated: bool,
    /// None if the whole text is compared.
    place: Option<Place>,
}

impl Marks {
    fn of(value: &str) -> Self {
        let (negated, rest) = match value.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, value),
        };
        let place = match rest.chars().next() {
            Some('~') => Some(Place::Inside),
            Some('^') => Some(Place::Start),
            Some('$') => Some(Place::End),
            _ => None,
        };
        Self { negated, place }
    }

    fn length(self) -> usize {
        usize::from(self.negated) + usize::from(self.place.is_some())
    }
}

fn ids(values: &[String], negated: bool) -> Result<Option<Condition>> {
    let texts: Vec<_> = values.iter().map(|value| value.replace('!', "")).collect();
    let ranges = ranges::parse(texts.iter().map(String::as_str)).ok_or_else(refused)?;
    let ids = (!ranges.is_empty()).then_some(Condition::Ids(ranges));
    Ok(ids.map(|ids| not_if(negated, ids)))
}

/// How the values of a field are compared, one by one.
struct Constraint<'a> {
    asker: &'a Asker<'a>,
    column: Column,
    marks: Marks,
    is_list: bool,
}

impl Constraint<'_> {
    fn condition(&self, value: String) -> Result<Option<Condition>> {
        let negated = self.marks.negated;
        if self.column.is_time {
            return Ok(self.time(&value)?.map(|time| not_if(negated, time)));
        }
        Ok(match self.marks.place {
            None if negated => Some(self.field(Comparison::IsNot(value))),
            None => Some(self.field(Comparison::Is(value))),
            Some(Place::Inside) if self.is_list => {
                self.words(&value).map(|words| not_if(negated, words))
            }
            Some(_) if value.is_empty() => None,
            Some(place) => Some(not_if(negated, self.field(Comparison::Like(place, value)))),
        })
    }

    /// A date, or two with `..` between them of which one may be missing. The
    /// second is not a part of the range.
    fn time(&self, value: &str) -> Result<Option<Condition>> {
        if value.is_empty() {
            return Ok(Some(self.field(Comparison::NoTime)));
        }
        let (start, end) = value.split_once("..").unwrap_or((value, ""));
        let start = self.date(start)?.map(Comparison::From);
        let end = self.date(end)?.map(Comparison::Before);
        let bounds = start.into_iter().chain(end);
        Ok(all_of(bounds.map(|bound| self.field(bound)).collect()))
    }

    fn date(&self, text: &str) -> Result<Option<Timestamp>> {
        let text = strip(text);
        if text.is_empty() {
            return Ok(None);
        }
        match parse_date(text, self.asker.dates()?, Hint::Date) {
            Ok(date) => Ok(Some(date)),
            Err(_) => Err(refused()),
        }
    }

    fn words(&self, value: &str) -> Option<Condition> {
        let words = words::split(value).into_iter();
        let like =
            |(word, missing)| not_if(missing, self.field(Comparison::Like(Place::Inside, word)));
        all_of(words.map(like).collect())
    }

    fn field(&self, comparison: Comparison) -> Condition {
        Condition::Field(self.column.clone(), comparison)
    }
}

/// Trac says no more than that there is such a value.
fn refused() -> Error {
    Refusal::Value.error(message!("Invalid query constraint value"))
}

fn is_list(fields: &Fields, column: &Column) -> bool {
    let field = fields.get(&column.name);
    field.is_some_and(|field| {
        field.kind == FieldKind::Text && field.format.as_deref() == Some("list")
    })
}

fn not_if(negated: bool, condition: Condition) -> Condition {
    match negated {
        true => Condition::Not(Box::new(condition)),
        false => condition,
    }
}

fn without_first(text: &str, count: usize) -> String {
    text.chars().skip(count).collect()
}
