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
        let like = self.dialect.like();
        let any: Vec<_> = columns
            .iter()
            .map(|column| format!("{column} {like}"))
            .collect();
        let any = format!("({})", any.join(" OR "));
        self.sql.push_str(&balanced(vec![any; terms.len()]));
        for term in terms {
            let pattern = format!("%{}%", self.dialect.like_escape(term));
            self.params
                .extend(columns.iter().map(|_| SqlValue::from(pattern.as_str())));
        }
        self
    }
}

/// All conditions, as a tree that is as flat as can be: SQLite bounds its depth.
fn balanced(mut conditions: Vec<String>) -> String {
    while conditions.len() > 1 {
        conditions = conditions
            .chunks(2)
            .map(|pair| match pair {
                [one, other] => format!("({one} AND {other})"),
                _ => pair.concat(),
            })
            .collect();
    }
    conditions.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_balanced() {
        let check = |count: usize, expected: &str| {
            assert_eq!(balanced(vec!["c".to_owned(); count]), expected);
        };
        check(1, "c");
        check(2, "(c AND c)");
        check(3, "((c AND c) AND c)");
        check(5, "(((c AND c) AND (c AND c)) AND c)");
    }
}
