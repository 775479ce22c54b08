//! SQLite's SQL.

use super::occur;
use crate::schema::{Column, Table};
use crate::{ColumnType, Dialect, SqlValue};

pub(crate) struct SqliteDialect;

impl Dialect for SqliteDialect {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn like(&self) -> &'static str {
        "LIKE ? ESCAPE '/'"
    }

    /// One call for all terms and columns: a call takes longer than a look at
    /// a short text.
    fn occur(&self, terms: &[String], columns: &[&str]) -> (String, Vec<SqlValue>) {
        let (condition, terms) = occur::condition(terms, columns);
        (condition, vec![terms])
    }

    fn folds_ascii_only(&self) -> bool {
        true
    }

    fn cast(&self, expression: &str, column_type: ColumnType) -> String {
        format!("CAST({expression} AS {})", type_name(column_type))
    }

    /// Left alone SQLite goes through an index that holds a column of the
    /// condition, and looks each row up: that takes twice as long.
    fn scan_hint(&self) -> &'static str {
        " NOT INDEXED"
    }

    fn update_sequence(&self, _table: &str, _column: &str) -> Option<String> {
        None
    }

    fn type_name(&self, column: &Column) -> &'static str {
        type_name(column.column_type)
    }

    fn create_table(&self, table: &Table) -> Vec<String> {
        let mut lines: Vec<_> = table
            .columns
            .iter()
            .map(|column| self.column_line(table, column))
            .collect();
        if table.key.len() > 1 {
            lines.push(format!("    UNIQUE ({})", table.key.join(",")));
        }
        let create = format!("CREATE TABLE {} (\n{}\n)", table.name, lines.join(",\n"));
        let indices = table.indices.iter().map(|index| {
            let name = table.index_name(index);
            format!(
                "CREATE INDEX {name} ON {} ({})",
                table.name,
                index.join(",")
            )
        });
        [create].into_iter().chain(indices).collect()
    }
}

impl SqliteDialect {
    fn column_line(&self, table: &Table, column: &Column) -> String {
        let key = if table.key == [column.name] {
            " PRIMARY KEY"
        } else {
            ""
        };
        format!("    {} {}{key}", column.name, self.type_name(column))
    }
}

fn type_name(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Text => "text",
        ColumnType::Int | ColumnType::Int64 => "integer",
    }
}
