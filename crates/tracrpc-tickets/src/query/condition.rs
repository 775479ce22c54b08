//! What a query asks of a ticket.

use tracrpc_env::time::Timestamp;

/// A column that a condition or an order looks at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// The name of the field, or `id`.
    pub name: String,
    /// Whether the field is one of `[ticket-custom]`.
    pub is_custom: bool,
    /// Whether it holds times.
    pub is_time: bool,
}

/// Where in a text another one has to be, without regard to case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Inside,
    /// At the start.
    Start,
    /// At the end.
    End,
}

/// A condition that a ticket meets or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// One of these at least.
    Any(Vec<Condition>),
    /// Not this one.
    Not(Box<Condition>),
    /// The number is in one of these ranges, ends included.
    Ids(Vec<(i64, i64)>),
    /// What a field holds compares so.
    Field(Column, Comparison),
}

/// What is asked of a field. One without a value counts as an empty text.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// It is this text.
    Is(String),
    /// It is another text than this.
    IsNot(String),
    /// It is one of these texts.
    In(Vec<String>),
    /// It is none of these texts.
    NotIn(Vec<String>),
    /// It has this text in it.
    Like(Place, String),
    /// The time is this one or later.
    From(Timestamp),
    /// The time is before this one.
    Before(Timestamp),
    /// There is no time.
    NoTime,
}
