//! Tickets with their comments and custom fields.

use std::borrow::Cow;

use memchr::memchr3;
use tracrpc_db::{ColumnType, LentRow, SqlValue};
use tracrpc_env::stored::Time;
use tracrpc_env::{Resource, Result};
use tracrpc_wiki::{escape_attribute, escape_text};

use super::memory::SearchMemory;
use super::statement::Statement;
use super::texts::Texts;
use super::visible::Visible;
use super::{Each, Hit, Search, attachments, excerpt};

const SELECT: &str =
    "SELECT id, summary, description, reporter, type, time, status, resolution FROM ticket";

/// How many tickets one statement asks for; another one asks for few.
const CHUNK: usize = 100;
const FEW: usize = 10;

/// If more than one in so many tickets is wanted, all are gone through.
const SHARE: usize = 8;

/// The tickets in whose fields, or in one of whose comments or custom fields,
/// all terms occur, and attachments.
pub(super) fn search(search: &Search<'_>, each: Each<'_>) -> Result<()> {
    let env = search.actor.env();
    let mut found = Visible::new(search, "TICKET_VIEW", "ticket", each)?;
    // What is in memory and what is read next are of one moment.
    let memory = env.slot::<SearchMemory>();
    env.db().snapshot(|| match memory.texts(env)?.as_ref() {
        Some(kept) => known(search, &kept.texts, &mut found),
        None => {
            let statement = statement(search);
            let mut rows = Rows::new(search, &mut found);
            rows.read(&statement.sql, &statement.params, |_| true)
        }
    })?;
    found.finish()?;
    attachments::search(search, "ticket", each)
}

/// Finds the tickets by their texts in memory.
fn known(search: &Search<'_>, texts: &Texts, found: &mut Visible<'_>) -> Result<()> {
    let ids = texts.find(search.terms);
    let mut rows = Rows::new(search, found);
    if ids.len() > texts.tickets() / SHARE {
        let is_wanted = |id| ids.binary_search(&id).is_ok();
        return rows.read(&format!("{SELECT} ORDER BY id"), &[], is_wanted);
    }
    for ids in ids.chunks(CHUNK) {
        let size = if ids.len() > FEW { CHUNK } else { FEW };
        let marks = vec!["?"; size].join(",");
        // Statements of two lengths are kept; a number may stand there twice.
        let mut params: Vec<SqlValue> = ids.iter().map(|id| (*id).into()).collect();
        params.resize(size, params.last().cloned().unwrap_or(SqlValue::Null));
        let sql = format!("{SELECT} WHERE id IN ({marks}) ORDER BY id");
        rows.read(&sql, &params, |_| true)?;
    }
    Ok(())
}

/// One pass over the tickets: comments and custom fields are only looked at
/// for those that do not match themselves.
fn statement(search: &Search<'_>) -> Statement {
    let dialect = search.actor.env().db().dialect();
    let id = dialect.cast("id", ColumnType::Text);
    let mut fields = vec!["summary", "keywords", "description", "reporter", "cc"];
    if search.terms.iter().any(|term| is_part_of_number(term)) {
        fields.push(&id);
    }
    Statement::new(dialect)
        .push(SELECT)
        .push(" WHERE ")
        .matches(&fields, search.terms)
        .push(" OR id IN (SELECT ticket FROM ticket_change WHERE field='comment' AND ")
        .matches(&["newvalue"], search.terms)
        .push(" UNION SELECT ticket FROM ticket_custom WHERE ")
        .matches(&["value"], search.terms)
        .push(") ORDER BY id")
}

/// Whether the term can occur in the number of a ticket.
fn is_part_of_number(term: &str) -> bool {
    term.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Makes hits of the rows of [`SELECT`].
struct Rows<'a, 'b> {
    search: &'a Search<'a>,
    /// The address above those of all tickets.
    base: String,
    found: &'a mut Visible<'b>,
}

impl<'a, 'b> Rows<'a, 'b> {
    fn new(search: &'a Search<'a>, found: &'a mut Visible<'b>) -> Self {
        let base = search.href.url(&["ticket"], &[]);
        Self {
            search,
            base,
            found,
        }
    }

    /// Runs a statement, and takes the tickets that are wanted.
    fn read(
        &mut self,
        sql: &str,
        params: &[SqlValue],
        is_wanted: impl Fn(i64) -> bool,
    ) -> Result<()> {
        let database = self.search.actor.env().db();
        let add = |row: &LentRow<'_>| -> Result<()> {
            let id: i64 = row.get(0)?;
            if is_wanted(id) {
                let hit = self.hit(id, row)?;
                if let Some(hit) = hit {
                    self.found.add(hit, || Resource::ticket(id));
                }
            }
            Ok(())
        };
        database.read(|connection| connection.for_each(sql, params, add))
    }

    /// None for a ticket whose time is none.
    fn hit(&self, id: i64, row: &LentRow<'_>) -> Result<Option<Hit>> {
        let Ok(time) = row.get::<Time>(5)?.moment() else {
            return Ok(None);
        };
        let text = |index| -> Result<_> { Ok(row.text(index)?.unwrap_or_default()) };
        let id = id.to_string();
        Ok(Some(Hit {
            href: [&self.base, "/", &id].concat(),
            title: title(&id, [&text(1)?, &text(4)?, &text(6)?, &text(7)?]),
            time,
            author: row.text(3)?.map(Cow::into_owned),
            excerpt: self.search.excerpts.of(&text(2)?),
        }))
    }
}

/// HTML, as the search page of Trac shows it: number, type, summary, status
/// and resolution. `fields` are summary, type, status and resolution.
fn title(id: &str, fields: [&str; 4]) -> String {
    let [summary, kind, status, resolution] = fields;
    let mut title = String::with_capacity(summary.len() + 80);
    title.push_str("<span");
    if !status.is_empty() {
        title.push_str(" class=\"");
        match status.contains('"') {
            false => push_escaped(&mut title, &[status]),
            true => title.push_str(&escape_attribute(status)),
        }
        title.push('"');
    }
    title.push_str(">#");
    title.push_str(id);
    title.push_str("</span>: ");
    if !kind.is_empty() {
        push_escaped(&mut title, &[kind, ": "]);
    }
    push_escaped(&mut title, &[&excerpt::line(summary)]);
    match (status, resolution) {
        ("", _) => {}
        ("closed", resolution) if !resolution.is_empty() => {
            push_escaped(&mut title, &[" (closed: ", resolution, ")"]);
        }
        (status, _) => push_escaped(&mut title, &[" (", status, ")"]),
    }
    title
}

fn push_escaped(out: &mut String, parts: &[&str]) {
    for part in parts {
        match memchr3(b'&', b'<', b'>', part.as_bytes()) {
            None => out.push_str(part),
            Some(_) => out.push_str(&escape_text(part)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        let check = |fields: [&str; 4], expected: &str| {
            assert_eq!(title("7", fields), expected);
        };
        check(
            ["<a> & \"b\"", "task", "closed", "won't fix"],
            "<span class=\"closed\">#7</span>: task: &lt;a&gt; &amp; \"b\" (closed: won't fix)",
        );
        check(
            ["s", "", "new", "fixed"],
            "<span class=\"new\">#7</span>: s (new)",
        );
        check(["s", "", "", ""], "<span>#7</span>: s");
        check(
            ["s", "", "a\"<", ""],
            "<span class=\"a&#34;&lt;\">#7</span>: s (a\"&lt;)",
        );
    }
}
