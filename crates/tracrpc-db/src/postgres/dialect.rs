//! PostgreSQL's SQL.

use crate::schema::{Column, Table};
use crate::{ColumnType, Dialect};

pub(crate) struct PostgresDialect;

impl Dialect for PostgresDialect {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn like(&self) -> &'static str {
        "ILIKE ? ESCAPE '/'"
    }

    fn cast(&self, expression: &str, column_type: ColumnType) -> String {
        format!("CAST({expression} AS {})", type_name(column_type))
    }

    fn update_sequence(&self, table: &str, column: &str) -> Option<String> {
        let sequence = self
            .quote(&format!("{table}_{column}_seq"))
            .replace('\'', "''");
        let (table, column) = (self.quote(table), self.quote(column));
        Some(format!(
            "SELECT SETVAL('{sequence}', (SELECT MAX({column}) FROM {table}))"
        ))
    }

    fn type_name(&self, column: &Column) -> &'static str {
        if column.auto_increment {
            "SERIAL"
        } else {
            type_name(column.column_type)
        }
    }

    fn create_table(&self, table: &Table) -> Vec<String> {
        let mut lines: Vec<_> = table
            .columns
            .iter()
            .map(|column| self.column_line(table, column))
            .collect();
        if table.key.len() > 1 {
            let name = self.quote(&format!("{}_pk", table.name));
            let key = self.quoted_list(table.key);
            lines.push(format!("    CONSTRAINT {name} PRIMARY KEY ({key})"));
        }
        let quoted = self.quote(table.name);
        let create = format!("CREATE TABLE {quoted} (\n{}\n)", lines.join(",\n"));
        let indices = table.indices.iter().map(|index| {
            let name = self.quote(&table.index_name(index));
            format!(
                "CREATE INDEX {name} ON {quoted} ({})",
                self.quoted_list(index)
            )
        });
        [create].into_iter().chain(indices).collect()
    }
}

impl PostgresDialect {
    fn column_line(&self, table: &Table, column: &Column) -> String {
        let key = if table.key == [column.name] {
            " PRIMARY KEY"
        } else {
            ""
        };
        format!(
            "    {} {}{key}",
            self.quote(column.name),
            self.type_name(column)
        )
    }

    fn quoted_list(&self, names: &[&str]) -> String {
        let quoted: Vec<_> = names.iter().map(|name| self.quote(name)).collect();
        quoted.join(",")
    }
}

fn type_name(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Text => "text",
        ColumnType::Int => "int",
        ColumnType::Int64 => "bigint",
    }
}
