//! The meaning of a query for the fields of an environment.

use std::collections::BTreeMap;

use tracrpc_env::{Actor, Error, Result};
use tracrpc_translation::{message, own_message};

use super::condition::{Column, Condition};
use super::constraint::{Asker, all_of, any_of, condition};
use super::number::{self, Number};
use super::refusal::Refusal;
use super::syntax::{self, Parts, synonym};
use crate::ticket::{self, FieldKind};

/// How many columns a query may show. A field may be named more than once, and every column is
/// shown of every ticket, with an address that names all of them.
const MAX_COLUMNS: usize = 200;

/// A query that can be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What tickets have to meet; none for all of them.
    pub condition: Option<Condition>,
    /// By what the tickets are ordered in the first place.
    pub group: Option<Order>,
    /// By what the tickets are ordered.
    pub order: Order,
    /// The columns that the query names, in its order.
    pub columns: Vec<String>,
    /// The fields whose text is to be shown in full.
    pub rows: Vec<String>,
    /// How the result is to be shown.
    pub format: Option<String>,
    /// The saved query that this one comes from.
    pub report: Option<String>,
    pub(super) page: Number,
    pub(super) max: Number,
}

/// One order of tickets.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What is compared.
    pub column: Column,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Query {
    /// Reads the query `text` for `actor`, who stands for `$USER` and in whose
    /// time zone the dates are.
    ///
    /// # Errors
    /// What Trac refuses, in its words: a part without a field or a value, a
    /// page or a number that is none, an invalid date or range. And a query
    /// that is too long to be answered.
    pub fn parse(actor: &Actor, text: &str) -> Result<Self> {
        let parts = syntax::parse(text)?;
        let definitions = ticket::definitions(actor.env())?;
        Asker::new(actor, definitions.fields()).query(parts)
    }
}

impl Query {
    /// How many tickets are on a page; 0 for all of them.
    #[must_use]
    pub fn max(&self) -> usize {
        usize::try_from(self.max.value).unwrap_or(usize::MAX)
    }

    /// The page that is asked for, from 1.
    #[must_use]
    pub fn page(&self) -> usize {
        usize::try_from(self.page.value).unwrap_or(usize::MAX)
    }
}

/// Gives the parts of a query their meaning.
impl Asker<'_> {
    fn query(&self, parts: Parts) -> Result<Query> {
        let page = page(parts.page.as_deref())?;
        let max = self.max(parts.max.as_deref())?;
        let order = self.column(&synonym(parts.order.unwrap_or_default()));
        let group = parts.group.filter(|name| self.fields.contains(name));
        let mut rows = parts.rows;
        if parts.verbose && !rows.iter().any(|row| row == "description") {
            rows.push("description".to_owned());
        }
        rows.retain(|name| self.fields.contains(name));
        let mut columns = parts.columns;
        columns.retain(|name| name == "id" || self.fields.contains(name));
        if columns.len() > MAX_COLUMNS {
            return Err(Error::invalid(own_message!(
                "The query is too long: it has more than %(most)s columns.",
                most = MAX_COLUMNS,
            )));
        }
        Ok(Query {
            condition: self.condition(&parts.groups)?,
            group: group
                .and_then(|name| self.column(&name))
                .map(|column| Order {
                    column,
                    descending: parts.groupdesc,
                }),
            order: Order {
                column: order.unwrap_or_else(|| self.priority()),
                descending: parts.desc,
            },
            columns,
            rows,
            format: parts.format,
            report: parts.report,
            page,
            max,
        })
    }

    /// The number of tickets on a page, 0 for all of them on one.
    fn max(&self, text: Option<&str>) -> Result<Number> {
        // Trac reads the option whether the query has a length of its own or not.
        let default = self.actor.env().config().query().items_per_page.get()?;
        let default = default.to_string();
        let text = match text {
            Some("" | "none") => "0",
            Some(text) => text,
            None => &default,
        };
        number::parse(text).ok_or_else(|| {
            Refusal::Page.error(message!("Query max %(max)s is invalid.", max = text))
        })
    }

    fn column(&self, name: &str) -> Option<Column> {
        let field = self.fields.get(name);
        if name != "id" && field.is_none() {
            return None;
        }
        Some(Column {
            name: name.to_owned(),
            is_custom: field.is_some_and(|field| field.is_custom()),
            is_time: field.is_some_and(|field| field.kind == FieldKind::Time),
        })
    }

    /// What tickets are ordered by if nothing else is said. The column is
    /// there even if no priorities are.
    fn priority(&self) -> Column {
        self.column("priority").unwrap_or_else(|| Column {
            name: "priority".to_owned(),
            is_custom: false,
            is_time: false,
        })
    }

    fn condition(&self, groups: &[BTreeMap<String, Vec<String>>]) -> Result<Option<Condition>> {
        let groups = groups.iter().map(|group| self.alternative(group));
        let groups = groups.collect::<Result<Vec<_>>>()?;
        Ok(any_of(groups.into_iter().flatten().collect()))
    }

    /// What one of the groups between `or` asks for. What is no field is no
    /// constraint.
    fn alternative(&self, group: &BTreeMap<String, Vec<String>>) -> Result<Option<Condition>> {
        let mut conditions = Vec::new();
        for (name, values) in group {
            if let Some(column) = self.column(name) {
                conditions.extend(condition(self, column, values)?);
            }
        }
        Ok(all_of(conditions))
    }
}

fn page(text: Option<&str>) -> Result<Number> {
    let text = text.filter(|text| !text.is_empty()).unwrap_or("1");
    number::parse(text)
        .filter(|page| page.value > 0)
        .ok_or_else(|| {
            Refusal::Page.error(message!("Query page %(page)s is invalid.", page = text))
        })
}
