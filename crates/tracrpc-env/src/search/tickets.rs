//! Tickets with their comments and custom fields.

use tracrpc_db::{ColumnType, LentRow};
use tracrpc_wiki::{escape_attribute, escape_text};

use super::statement::Statement;
use super::{Hit, Search, attachments, excerpt};
use crate::time::from_micros;
use crate::{Resource, Result};

const SELECT: &str =
    "SELECT id, summary, description, reporter, type, time, status, resolution FROM ticket WHERE ";

/// The tickets in whose fields, or in one of whose comments or custom fields,
/// all terms occur, and attachments.
pub(super) fn search(search: &Search<'_>) -> Result<Vec<Hit>> {
    let statement = statement(search);
    let tickets = search.href.url(&["ticket"], &[]);
    let mut found = Vec::new();
    let add = |row: &LentRow<'_>| -> Result<()> {
        let id: i64 = row.get(0)?;
        found.push((id, hit(search, &tickets, id, row)?));
        Ok(())
    };
    let db = search.actor.env().db();
    db.read(|connection| connection.for_each(&statement.sql, &statement.params, add))?;
    let visible = search
        .actor
        .filter("TICKET_VIEW", found, |(id, _)| Resource::ticket(*id))?;
    let mut hits: Vec<_> = visible.into_iter().map(|(_, hit)| hit).collect();
    hits.extend(attachments::search(search, "ticket")?);
    Ok(hits)
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

/// The hit of a row of [`SELECT`], where `tickets` is the address above all tickets.
fn hit(search: &Search<'_>, tickets: &str, id: i64, row: &LentRow<'_>) -> Result<Hit> {
    let text = |index| -> Result<_> { Ok(row.text(index)?.unwrap_or_default()) };
    let (summary, kind, status, resolution) = (text(1)?, text(4)?, text(6)?, text(7)?);
    let summary = format_summary(&summary, &kind, &status, &resolution);
    Ok(Hit {
        href: format!("{tickets}/{id}"),
        title: title(id, &status, &summary),
        time: from_micros(row.get::<Option<i64>>(5)?.unwrap_or_default()),
        author: row.get(3)?,
        excerpt: search.excerpts.of(&text(2)?),
    })
}

/// `defect: Summary (closed: fixed)`.
fn format_summary(summary: &str, kind: &str, status: &str, resolution: &str) -> String {
    let separator = if kind.is_empty() { "" } else { ": " };
    let text = excerpt::line(summary);
    match (status, resolution) {
        ("", _) => format!("{kind}{separator}{text}"),
        ("closed", resolution) if !resolution.is_empty() => {
            format!("{kind}{separator}{text} (closed: {resolution})")
        }
        (status, _) => format!("{kind}{separator}{text} ({status})"),
    }
}

/// HTML, as the search page of Trac shows it.
fn title(id: i64, status: &str, summary: &str) -> String {
    let class = match status {
        "" => String::new(),
        status => format!(" class=\"{}\"", escape_attribute(status)),
    };
    format!("<span{class}>#{id}</span>: {}", escape_text(summary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        let check = |fields: [&str; 4], expected: &str| {
            let [summary, kind, status, resolution] = fields;
            let summary = format_summary(summary, kind, status, resolution);
            assert_eq!(title(7, status, &summary), expected);
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
