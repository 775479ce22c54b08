//! Tickets with their comments and custom fields.

use tracrpc_db::{ColumnType, Row};
use tracrpc_wiki::escape_text;

use super::statement::Statement;
use super::{Hit, Search, attachments, excerpt};
use crate::time::from_micros;
use crate::{Resource, Result};

/// The tickets in whose fields, or in one of whose comments or custom fields,
/// all terms occur, and attachments.
pub(super) fn search(search: &Search<'_>) -> Result<Vec<Hit>> {
    let db = search.actor.env().db();
    let id = db.dialect().cast("id", ColumnType::Text);
    let fields = ["summary", "keywords", "description", "reporter", "cc", &id];
    let statement = Statement::new(db.dialect())
        .push("SELECT id, summary, description, reporter, type, time, status, resolution ")
        .push("FROM ticket WHERE id IN (SELECT id FROM ticket WHERE ")
        .matches(&fields, search.terms)
        .push(" UNION SELECT ticket FROM ticket_change WHERE field='comment' AND ")
        .matches(&["newvalue"], search.terms)
        .push(" UNION SELECT ticket FROM ticket_custom WHERE ")
        .matches(&["value"], search.terms)
        .push(") ORDER BY id");
    let rows = db.read(|connection| connection.query(&statement.sql, &statement.params))?;
    let mut found = Vec::new();
    for row in rows {
        let id: i64 = row.get(0)?;
        found.push((id, hit(search, id, &row)?));
    }
    let visible = search
        .actor
        .filter("TICKET_VIEW", found, |(id, _)| Resource::ticket(*id))?;
    let mut hits: Vec<_> = visible.into_iter().map(|(_, hit)| hit).collect();
    hits.extend(attachments::search(search, "ticket")?);
    Ok(hits)
}

fn hit(search: &Search<'_>, id: i64, row: &Row) -> Result<Hit> {
    let text =
        |index| -> Result<String> { Ok(row.get::<Option<String>>(index)?.unwrap_or_default()) };
    let (summary, kind, status, resolution) = (text(1)?, text(4)?, text(6)?, text(7)?);
    let summary = format_summary(&summary, &kind, &status, &resolution);
    Ok(Hit {
        href: search.href.url(&["ticket", &id.to_string()], &[]),
        title: title(id, &status, &summary),
        time: from_micros(row.get::<Option<i64>>(5)?.unwrap_or_default()),
        author: row.get(3)?,
        excerpt: excerpt::excerpt(&text(2)?, search.terms),
    })
}

/// `defect: Summary (closed: fixed)`.
fn format_summary(summary: &str, kind: &str, status: &str, resolution: &str) -> String {
    let mut text = excerpt::line(summary);
    if !kind.is_empty() {
        text = format!("{kind}: {text}");
    }
    match (status, resolution) {
        ("", _) => text,
        ("closed", resolution) if !resolution.is_empty() => {
            format!("{text} (closed: {resolution})")
        }
        (status, _) => format!("{text} ({status})"),
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

fn escape_attribute(text: &str) -> String {
    escape_text(text).replace('"', "&#34;")
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
