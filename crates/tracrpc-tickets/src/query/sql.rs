//! A query as one SQL statement that finds the numbers of its tickets.

use tracrpc_db::{ColumnType, Dialect, SqlValue};
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Error, Result};
use tracrpc_translation::{Message, own_message};

use super::condition::{Column, Comparison, Condition, Place};
use super::tree::{Order, Query};
use crate::ticket::custom_time_text;

/// How many comparisons a query may make. A database takes some hundred more
/// at most, and each costs a look at every ticket.
const MAX_COMPARISONS: usize = 500;

/// How many values a query may compare with, all in all.
const MAX_PARAMS: usize = 30_000;

/// How long a text to look for may be, in bytes: SQLite's own limit.
const MAX_PATTERN: usize = 50_000;

/// How many custom fields a query may look at: SQLite joins 64 tables at most.
const MAX_CUSTOM_FIELDS: usize = 55;

/// A statement with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) params: Vec<SqlValue>,
}

/// The statement whose rows are the numbers of the tickets of `query` in
/// order, without regard to pages.
///
/// # Errors
/// The query is too long.
pub(super) fn statement(query: &Query, dialect: &dyn Dialect) -> Result<Statement> {
    let mut writer = Writer {
        dialect,
        params: Vec::new(),
        custom: Vec::new(),
        comparisons: 0,
        longest_pattern: 0,
        is_indexed: false,
    };
    let condition = match &query.condition {
        Some(condition) => format!("\nWHERE {}", writer.condition(condition)?),
        None => String::new(),
    };
    let mut orders: Vec<&Order> = Vec::new();
    orders.extend(
        query
            .group
            .iter()
            .filter(|group| group.column != query.order.column),
    );
    orders.push(&query.order);
    let order = writer.orders(&orders);
    let mut params = Vec::new();
    let joins = writer.joins(&orders, &mut params);
    writer.check_length()?;
    params.append(&mut writer.params);
    let hint = match writer.is_indexed {
        true => "",
        false => dialect.scan_hint(),
    };
    let sql = format!("SELECT t.id FROM ticket t{hint}{joins}{condition}\nORDER BY {order}");
    Ok(Statement { sql, params })
}

struct Writer<'a> {
    dialect: &'a dyn Dialect,
    /// The parameters of the condition.
    params: Vec<SqlValue>,
    /// The custom fields that are looked at; each is a join.
    custom: Vec<String>,
    comparisons: usize,
    longest_pattern: usize,
    /// Whether the condition has a part for which Trac has an index.
    is_indexed: bool,
}

impl Writer<'_> {
    fn check_length(&self) -> Result<()> {
        let check = |count: usize, most: usize, too_long: Message| match count > most {
            true => Err(Error::invalid(too_long.with("most", most))),
            false => Ok(()),
        };
        check(
            self.comparisons,
            MAX_COMPARISONS,
            own_message!("The query is too long: it has more than %(most)s comparisons."),
        )?;
        check(
            self.params.len(),
            MAX_PARAMS,
            own_message!("The query is too long: it has more than %(most)s values."),
        )?;
        check(
            self.custom.len(),
            MAX_CUSTOM_FIELDS,
            own_message!("The query is too long: it has more than %(most)s custom fields."),
        )?;
        check(
            self.longest_pattern,
            MAX_PATTERN,
            own_message!("The query is too long: a text to look for has more than %(most)s bytes."),
        )
    }

    fn condition(&mut self, condition: &Condition) -> Result<String> {
        self.check_length()?;
        Ok(match condition {
            Condition::All(parts) => self.joined(parts, " AND ")?,
            Condition::Any(parts) => self.joined(parts, " OR ")?,
            Condition::Not(part) => format!("NOT {}", self.condition(part)?),
            Condition::Ids(ranges) => self.ids(ranges),
            Condition::Field(column, comparison) => self.comparison(column, comparison),
        })
    }

    fn joined(&mut self, parts: &[Condition], operator: &str) -> Result<String> {
        let parts: Result<Vec<_>> = parts.iter().map(|part| self.condition(part)).collect();
        Ok(format!("({})", parts?.join(operator)))
    }

    fn comparison(&mut self, column: &Column, comparison: &Comparison) -> String {
        self.comparisons += 1;
        match comparison {
            Comparison::Is(value) => self.compare_text(column, "=", value),
            Comparison::IsNot(value) => self.compare_text(column, "<>", value),
            Comparison::In(values) => self.list(column, "IN", values),
            Comparison::NotIn(values) => self.list(column, "NOT IN", values),
            Comparison::Like(place, value) => self.like(column, *place, value),
            Comparison::From(time) => self.compare_time(column, ">=", *time),
            Comparison::Before(time) => self.compare_time(column, "<", *time),
            Comparison::NoTime if column.is_custom => self.compare_text(column, "=", ""),
            Comparison::NoTime => format!("{} IS NULL", self.name_of(column)),
        }
    }

    fn compare_text(&mut self, column: &Column, operator: &str, value: &str) -> String {
        let left = self.text_of(column, value.is_empty() || operator != "=");
        format!("{left} {operator} {}", self.param(value))
    }

    fn list(&mut self, column: &Column, operator: &str, values: &[String]) -> String {
        let or_empty = operator != "IN" || values.iter().any(String::is_empty);
        let left = self.text_of(column, or_empty);
        let marks: Vec<_> = values
            .iter()
            .map(|value| self.param(value.as_str()))
            .collect();
        format!("{left} {operator} ({})", marks.join(","))
    }

    fn ids(&mut self, ranges: &[(i64, i64)]) -> String {
        let (single, wide): (Vec<_>, Vec<_>) = ranges
            .iter()
            .copied()
            .partition(|(first, last)| first == last);
        let mut parts = Vec::new();
        for (first, last) in wide {
            self.comparisons += 1;
            parts.push(format!(
                "t.id BETWEEN {} AND {}",
                self.param(first),
                self.param(last)
            ));
        }
        if !single.is_empty() {
            let marks: Vec<_> = single.iter().map(|(id, _)| self.param(*id)).collect();
            parts.push(format!("t.id IN ({})", marks.join(",")));
        }
        format!("({})", parts.join(" OR "))
    }

    fn like(&mut self, column: &Column, place: Place, value: &str) -> String {
        let value = self.dialect.like_escape(value);
        let pattern = match place {
            Place::Inside => format!("%{value}%"),
            Place::Start => format!("{value}%"),
            Place::End => format!("%{value}"),
        };
        self.longest_pattern = self.longest_pattern.max(pattern.len());
        self.params.push(pattern.into());
        format!("{} {}", self.text_of(column, true), self.dialect.like())
    }

    /// The times of custom fields are stored as texts of equal length.
    fn compare_time(&mut self, column: &Column, operator: &str, time: Timestamp) -> String {
        let mark = match column.is_custom {
            true => self.param(custom_time_text(time)),
            false => self.param(time.as_microsecond()),
        };
        self.is_indexed |= !column.is_custom && column.name == "time";
        format!("{} {operator} {mark}", self.name_of(column))
    }

    fn param(&mut self, value: impl Into<SqlValue>) -> &'static str {
        self.params.push(value.into());
        "?"
    }

    /// The text of a field. Where a missing one could make a difference
    /// (`or_empty`) it is an empty text; elsewhere the bare column lets the
    /// database use an index.
    fn text_of(&mut self, column: &Column, or_empty: bool) -> String {
        let name = self.name_of(column);
        if or_empty {
            return format!("COALESCE({name},'')");
        }
        self.is_indexed |= !column.is_custom && column.name == "status";
        name
    }

    fn name_of(&mut self, column: &Column) -> String {
        if !column.is_custom {
            return format!("t.{}", self.dialect.quote(&column.name));
        }
        let known = self.custom.iter().position(|name| *name == column.name);
        let number = known.unwrap_or_else(|| {
            self.custom.push(column.name.clone());
            self.custom.len() - 1
        });
        format!("c{number}.value")
    }

    /// What is empty comes last, or first in descending order; tickets that
    /// are alike come by their numbers. Where missing values are compared they
    /// count as the least, as in SQLite: so all databases have one order.
    fn orders(&mut self, orders: &[&Order]) -> String {
        let mut terms = Vec::new();
        for order in orders {
            let direction = match order.descending {
                true => " DESC NULLS LAST",
                false => " NULLS FIRST",
            };
            let order_terms = self.order_terms(&order.column);
            terms.extend(order_terms.into_iter().map(|term| term + direction));
        }
        if orders.last().is_none_or(|order| order.column.name != "id") {
            terms.push("t.id".to_owned());
        }
        terms.join(", ")
    }

    fn order_terms(&mut self, column: &Column) -> Vec<String> {
        let name = self.name_of(column);
        match Kind::of(column) {
            Kind::Id => vec![name],
            Kind::Time => vec![format!("COALESCE({name},0)=0"), name],
            Kind::Text => vec![format!("COALESCE({name},'')=''"), name],
            Kind::Enum(_) => {
                let rank = format!("e_{}.value", column.name);
                vec![
                    format!("COALESCE({rank},'')=''"),
                    self.dialect.cast(&rank, ColumnType::Int),
                ]
            }
            Kind::Milestone => vec![
                format!("COALESCE({name},'')=''"),
                "COALESCE(m.completed,0)=0".to_owned(),
                "m.completed".to_owned(),
                "COALESCE(m.due,0)=0".to_owned(),
                "m.due".to_owned(),
                name,
            ],
            Kind::Version => vec![
                format!("COALESCE({name},'')=''"),
                "COALESCE(v.time,0)=0".to_owned(),
                "v.time".to_owned(),
                name,
            ],
        }
    }

    /// The tables beside `ticket` that the statement needs. Each has one row
    /// for a ticket at most.
    fn joins(&self, orders: &[&Order], params: &mut Vec<SqlValue>) -> String {
        let mut joins = String::new();
        for (number, name) in self.custom.iter().enumerate() {
            params.push(name.into());
            joins += &format!(
                "\nLEFT JOIN ticket_custom c{number} ON c{number}.ticket = t.id AND c{number}.name = ?"
            );
        }
        for order in orders {
            let name = &order.column.name;
            match Kind::of(&order.column) {
                Kind::Enum(kind) => {
                    params.push(kind.into());
                    joins += &format!(
                        "\nLEFT JOIN enum e_{name} ON e_{name}.type = ? AND e_{name}.name = t.{name}"
                    );
                }
                Kind::Milestone => joins += "\nLEFT JOIN milestone m ON m.name = t.milestone",
                Kind::Version => joins += "\nLEFT JOIN version v ON v.name = t.version",
                Kind::Id | Kind::Time | Kind::Text => {}
            }
        }
        joins
    }
}

/// How a column is ordered.
pub(super) enum Kind {
    Id,
    Time,
    Text,
    /// By the place in the enumeration of this type.
    Enum(&'static str),
    Milestone,
    Version,
}

impl Kind {
    pub(super) fn of(column: &Column) -> Self {
        match column.name.as_str() {
            _ if column.is_custom => Self::Text,
            "id" => Self::Id,
            "type" => Self::Enum("ticket_type"),
            "priority" => Self::Enum("priority"),
            "severity" => Self::Enum("severity"),
            "resolution" => Self::Enum("resolution"),
            "milestone" => Self::Milestone,
            "version" => Self::Version,
            _ if column.is_time => Self::Time,
            _ => Self::Text,
        }
    }
}
