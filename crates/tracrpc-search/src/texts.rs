//! The texts of all tickets in memory, in which terms are looked for.

use std::mem::size_of;

use memchr::memchr;
use memchr::memmem::Finder;
use tracrpc_db::{Connection, LentRow, SqlValue};
use tracrpc_env::Result;

/// Beyond this, in bytes, the texts are left to the database: to read them again after
/// each change takes too long.
const MAX_SIZE: usize = 8 << 20;

/// What is read, each row a ticket's number and texts of which one has to hold
/// a term.
const STATEMENTS: [&str; 3] = [
    "SELECT id, id, summary, keywords, description, reporter, cc FROM ticket ORDER BY id",
    "SELECT ticket, newvalue FROM ticket_change WHERE field='comment' AND newvalue<>''",
    "SELECT ticket, value FROM ticket_custom WHERE value<>''",
];

/// Stands after each text; no term holds it.
const END: u8 = 0;

/// What can be found in tickets, as it is at one moment: their fields, their
/// comments and their custom fields, without the case of ASCII's letters.
#[derive(Debug, Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    rows: Vec<Row>,
    tickets: usize,
}

/// A row of the database: where its texts end, and whose they are.
#[derive(Debug)]
struct Row {
    end: usize,
    ticket: i64,
}

impl Texts {
    /// Reads the texts; none if they are too large to be kept. `size` is how
    /// large they may be expected to be.
    pub(super) fn read(connection: &mut Connection, size: usize) -> Result<Option<Self>> {
        let mut texts = Self {
            bytes: Vec::with_capacity(size),
            ..Self::default()
        };
        for (place, statement) in STATEMENTS.iter().enumerate() {
            let columns = if place == 0 { 1..7 } else { 1..2 };
            let mut is_too_large = false;
            connection.for_each(statement, &[], |row| -> Result<()> {
                // The rest of the rows is gone through quickly.
                is_too_large = is_too_large || texts.size() > MAX_SIZE;
                match is_too_large {
                    true => Ok(()),
                    false => texts.add(row, columns.clone()),
                }
            })?;
            if is_too_large {
                return Ok(None);
            }
            texts.tickets = texts
                .tickets
                .max(texts.rows.len() * usize::from(place == 0));
        }
        Ok(Some(texts))
    }

    /// The tickets that have a row in which each of `terms` occurs, ascending.
    pub(super) fn find(&self, terms: &[String]) -> Vec<i64> {
        let until_nul = |term: &String| term.split('\0').next().unwrap_or_default().to_owned();
        let mut terms: Vec<_> = terms.iter().map(until_nul).collect();
        terms
            .iter_mut()
            .for_each(|term| term.make_ascii_lowercase());
        terms.sort_by_key(String::len);
        let finders: Vec<_> = terms.iter().map(Finder::new).collect();
        let Some((longest, others)) = finders.split_last() else {
            return Vec::new();
        };
        let mut tickets = Vec::new();
        let (mut row, mut begin) = (0, 0);
        while let Some(place) = longest
            .find(&self.bytes[begin..])
            .map(|place| begin + place)
        {
            row += self.rows[row..].partition_point(|row| row.end <= place);
            let Some(Row { end, ticket }) = self.rows.get(row) else {
                break;
            };
            let start = row.checked_sub(1).map_or(0, |before| self.rows[before].end);
            let text = &self.bytes[start..*end];
            if others.iter().all(|term| term.find(text).is_some()) {
                tickets.push(*ticket);
            }
            begin = *end;
        }
        tickets.sort_unstable();
        tickets.dedup();
        tickets
    }

    /// How many tickets there are.
    pub(super) fn tickets(&self) -> usize {
        self.tickets
    }

    /// How much memory they take, about, in bytes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len() + self.rows.len() * size_of::<Row>()
    }

    fn add(&mut self, row: &LentRow<'_>, columns: std::ops::Range<usize>) -> Result<()> {
        // What is no number is that of no ticket.
        let SqlValue::Int(ticket) = row.get(0)? else {
            return Ok(());
        };
        for column in columns {
            let Some(text) = row.text(column)? else {
                continue;
            };
            // To databases a text ends there.
            let text = &text.as_bytes()[..memchr(END, text.as_bytes()).unwrap_or(text.len())];
            self.bytes.extend(text.iter().map(u8::to_ascii_lowercase));
            self.bytes.push(END);
        }
        self.rows.push(Row {
            end: self.bytes.len(),
            ticket,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tracrpc_db::{Database, Options};

    use super::*;

    fn database(statements: &str) -> Database {
        let database = Database::create("sqlite::memory:", "/".as_ref(), Options::default());
        let database = database.unwrap();
        database
            .write(|connection| connection.batch(statements))
            .unwrap();
        database
    }

    const TICKETS: &str = "\
        INSERT INTO ticket (id, summary, description) VALUES (3, 'Ä Big' || char(0) || 'Lie', 'on x');\
        INSERT INTO ticket (id, summary, keywords, cc) VALUES (1, 'one two', 'THREE', '');\
        INSERT INTO ticket (id) VALUES (25);\
        INSERT INTO ticket_change (ticket, time, field, newvalue)\
            VALUES (25, 1, 'comment', 'two'), (3, 1, 'comment', 'Two'), (3, 2, 'comment', 'three two'),\
                (1, 3, 'status', 'quiet');\
        INSERT INTO ticket_custom (ticket, name, value) VALUES (25, 'a', 'three four'), (25, 'b', NULL)";

    #[test]
    fn terms_are_found_in_one_row() {
        let database = database(TICKETS);
        let read = |connection: &mut Connection| Texts::read(connection, 0);
        let texts = database.read(read).unwrap().unwrap();
        assert_eq!(texts.tickets(), 3);
        let check = |terms: &[&str], expected: &[i64]| {
            let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
            assert_eq!(texts.find(&terms), expected, "{terms:?}");
        };
        check(&["two"], &[1, 3, 25]);
        check(&["TWO", "three"], &[1, 3]);
        check(&["four", "two"], &[]);
        check(&["one two three"], &[]);
        check(&["twothree"], &[]);
        check(&["Ä big"], &[3]);
        check(&["ä"], &[]);
        check(&["lie"], &[]);
        check(&["quiet"], &[]);
        check(&["25"], &[25]);
        check(&["5"], &[25]);
        check(&[""], &[1, 3, 25]);
        check(&["", "x"], &[3]);
        check(&["x\u{0}y"], &[3]);
        check(&[], &[]);
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let database = database(TICKETS);
        let grow = "UPDATE ticket SET description = ? WHERE id = 25";
        let check = |size: usize, is_kept: bool| {
            let text = "x".repeat(size);
            database
                .write(|connection| connection.execute(grow, &[text.into()]))
                .unwrap();
            let read = |connection: &mut Connection| Texts::read(connection, 0);
            assert_eq!(database.read(read).unwrap().is_some(), is_kept);
        };
        check(MAX_SIZE / 2, true);
        check(MAX_SIZE + 1, false);
    }
}
