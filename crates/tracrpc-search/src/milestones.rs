//! Milestones, matched without the database, as in Trac.

use tracrpc_db::Row;
use tracrpc_env::stored::{Text, Time};
use tracrpc_env::time::now;
use tracrpc_env::{Resource, Result};

use super::visible::Visible;
use super::{Each, Hit, Search, attachments};

/// The milestones in whose name or description all terms occur, and
/// attachments.
pub(super) fn search(search: &Search<'_>, each: Each<'_>) -> Result<()> {
    let rows = search.actor.env().db().read(|connection| {
        connection.query(
            "SELECT name, due, completed, description FROM milestone WHERE name IS NOT NULL",
            &[],
        )
    })?;
    let terms: Vec<_> = search.terms.iter().map(|term| fold(term)).collect();
    let mut found = Visible::new(search, "MILESTONE_VIEW", "milestone", each)?;
    for row in rows {
        let (Text(name), Text(description)) = (row.get(0)?, row.get(3)?);
        let texts = [fold(&name), fold(&description)];
        if terms
            .iter()
            .all(|term| texts.iter().any(|text| text.contains(term)))
            && let Some(hit) = hit(search, &name, &description, &row)?
        {
            found.add(hit, || Resource::milestone(name));
        }
    }
    found.finish()?;
    attachments::search(search, "milestone", each)
}

/// None for a milestone whose dates are none.
fn hit(search: &Search<'_>, name: &str, description: &str, row: &Row) -> Result<Option<Hit>> {
    let (due, completed) = (row.get::<Time>(1)?.date(), row.get::<Time>(2)?.date());
    let (Ok(due), Ok(completed)) = (due, completed) else {
        return Ok(None);
    };
    Ok(Some(Hit {
        href: search.href.url(&["milestone", name], &[]),
        title: Resource::milestone(name).describe().to_string(),
        time: completed.or(due).unwrap_or_else(now),
        author: Some(String::new()),
        excerpt: search.excerpts.of(description),
    }))
}

/// The text without case, character by character, as regular expressions of
/// Python compare it: letters with one capital letter are one.
fn fold(text: &str) -> String {
    text.chars()
        .map(|c| {
            let mut upper = c.to_uppercase();
            let upper = match (upper.next(), upper.next()) {
                (Some(only), None) => only,
                _ => c,
            };
            upper.to_lowercase().next().unwrap_or(c)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case() {
        let check = |a, b, same| assert_eq!(fold(a) == fold(b), same, "{a} {b}");
        check("ÜBER", "über", true);
        check("ΣΑΣ", "σας", true);
        check("K\u{212a}ſµ", "kkSμ", true);
        check("İı", "ii", true);
        check("straße", "STRASSE", false);
        check("ﬁ", "fi", false);
    }
}
