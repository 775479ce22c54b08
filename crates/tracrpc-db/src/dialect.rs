//! What differs between the SQL of the databases.

use crate::SqlValue;
use crate::schema::{Column, Table};

/// The parts of a statement that each database writes in its own way.
pub trait Dialect: Sync {
    /// The scheme of the database's URLs: `sqlite`, `postgres`.
    fn name(&self) -> &'static str;

    /// The operator and its operand of a comparison with a pattern without
    /// regard to case: to follow a column. The pattern is a parameter whose
    /// text went through [`Dialect::like_escape`].
    fn like(&self) -> &'static str;

    /// A condition that holds where each of `terms` occurs in one of
    /// `columns`, and its parameters: to be used where NULL means no. The case
    /// of letters does not matter as for [`Dialect::like`].
    fn occur(&self, terms: &[String], columns: &[&str]) -> (String, Vec<SqlValue>) {
        let like = self.like();
        let any: Vec<_> = columns
            .iter()
            .map(|column| format!("{column} {like}"))
            .collect();
        let any = format!("({})", any.join(" OR "));
        let patterns = terms.iter().flat_map(|term| {
            let pattern = format!("%{}%", self.like_escape(term));
            vec![SqlValue::Text(pattern); columns.len()]
        });
        (all(vec![any; terms.len()]), patterns.collect())
    }

    /// Whether [`Dialect::like`] ignores the case of ASCII's letters and of no
    /// others, so that it can be done without the database.
    fn folds_ascii_only(&self) -> bool {
        false
    }

    /// `text` with the characters that mean something in a pattern escaped.
    fn like_escape(&self, text: &str) -> String {
        let mut escaped = String::with_capacity(text.len());
        for character in text.chars() {
            if matches!(character, '/' | '%' | '_') {
                escaped.push('/');
            }
            escaped.push(character);
        }
        escaped
    }

    /// `expression` as a value of `column_type`.
    fn cast(&self, expression: &str, column_type: ColumnType) -> String;

    /// The texts of `expressions` one after the other; NULL if one of them is.
    fn concat(&self, expressions: &[&str]) -> String {
        expressions.join("||")
    }

    /// The name of a table or column, quoted.
    fn quote(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    /// A statement that inserts a row of `key` and `columns` (parameters in
    /// this order), or changes `columns` of the row that has the same key.
    fn upsert(&self, table: &str, key: &[&str], columns: &[&str]) -> String {
        let quoted =
            |names: &[&str]| -> Vec<String> { names.iter().map(|name| self.quote(name)).collect() };
        let (key, columns) = (quoted(key), quoted(columns));
        let names: Vec<_> = key.iter().chain(&columns).map(String::as_str).collect();
        let marks = vec!["?"; names.len()].join(", ");
        let sets: Vec<_> = columns
            .iter()
            .map(|name| format!("{name} = excluded.{name}"))
            .collect();
        let action = match sets.is_empty() {
            true => "NOTHING".to_owned(),
            false => format!("UPDATE SET {}", sets.join(", ")),
        };
        format!(
            "INSERT INTO {} ({}) VALUES ({marks}) ON CONFLICT ({}) DO {action}",
            self.quote(table),
            names.join(", "),
            key.join(", ")
        )
    }

    /// What to write after a table's name where none of its indices can help,
    /// so that the database reads the table in its own order.
    fn scan_hint(&self) -> &'static str {
        ""
    }

    /// A statement that lets the numbers of `table` go on after the highest
    /// in `column`, for use after rows were inserted with numbers of their
    /// own; `None` where that goes without saying.
    fn update_sequence(&self, table: &str, column: &str) -> Option<String>;

    /// The type of `column` in this database, as Trac declares it.
    fn type_name(&self, column: &Column) -> &'static str;

    /// The statements that make `table` and its indices.
    fn create_table(&self, table: &Table) -> Vec<String>;
}

/// The types of Trac's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// A text of any length.
    Text,
    /// An integer of 32 bits at least.
    Int,
    /// An integer of 64 bits.
    Int64,
}

/// All conditions, as a tree that is as flat as can be: databases bound its depth.
fn all(mut conditions: Vec<String>) -> String {
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
    fn conditions_nest_as_little_as_can_be() {
        let check = |count: usize, expected: &str| {
            assert_eq!(all(vec!["c".to_owned(); count]), expected);
        };
        check(1, "c");
        check(2, "(c AND c)");
        check(3, "((c AND c) AND c)");
        check(5, "(((c AND c) AND (c AND c)) AND c)");
    }
}
