//! Statements that look for terms.

use tracrpc_db::{Dialect, SqlValue};

/// A statement that grows by conditions, and its parameters.
pub(super) struct Statement {
    dialect: &'static dyn Dialect,
    /// SQL with a `?` for each parameter.
    pub(super) sql: String,
    /// In the order of the marks.
    pub(super) params: Vec<SqlValue>,
}

impl Statement {
    /// An empty statement.
    pub(super) fn new(dialect: &'static dyn Dialect) -> Self {
        Self {
            dialect,
            sql: String::new(),
            params: Vec::new(),
        }
    }

    /// Adds SQL that has no parameters.
    pub(super) fn push(mut self, sql: &str) -> Self {
        self.sql.push_str(sql);
        self
    }

    /// Adds a parameter where the SQL has its `?` already.
    pub(super) fn param(mut self, value: impl Into<SqlValue>) -> Self {
        self.params.push(value.into());
        self
    }

    /// Adds the condition that each term occurs in any of the columns.
    pub(super) fn matches(mut self, columns: &[&str], terms: &[String]) -> Self {
        let (condition, params) = self.dialect.occur(terms, columns);
        self.sql.push_str(&condition);
        self.params.extend(params);
        self
    }
}
