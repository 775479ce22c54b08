//! Pages in their latest versions.

use tracrpc_db::LentRow;
use tracrpc_env::stored::{Text, Time};
use tracrpc_env::{Resource, Result};

use super::statement::Statement;
use super::visible::Visible;
use super::{Each, Hit, Search, attachments, excerpt};

const LATEST: &str = "SELECT w1.name, w1.time, w1.author, w1.text FROM wiki w1, \
    (SELECT name, MAX(version) AS ver FROM wiki GROUP BY name) w2 \
    WHERE w1.version=w2.ver AND w1.name=w2.name AND ";

/// The pages in whose name, author or text all terms occur, and attachments.
pub(super) fn search(search: &Search<'_>, each: Each<'_>) -> Result<()> {
    let db = search.actor.env().db();
    let statement = Statement::new(db.dialect())
        .push(LATEST)
        .matches(&["w1.name", "w1.author", "w1.text"], search.terms)
        .push(" ORDER BY w1.name");
    let mut found = Visible::new(search, "WIKI_VIEW", "wiki", each)?;
    let add = |row: &LentRow<'_>| -> Result<()> {
        let Text(name) = row.get(0)?;
        let Ok(time) = row.get::<Time>(1)?.moment() else {
            return Ok(());
        };
        let text = row.text(3)?.unwrap_or_default();
        let hit = Hit {
            href: search.href.url(&["wiki", &name], &[]),
            title: format!("{name}: {}", excerpt::line(&text)),
            time,
            author: row.get(2)?,
            excerpt: search.excerpts.of(&text),
        };
        found.add(hit, || Resource::wiki(name));
        Ok(())
    };
    db.read(|connection| connection.for_each(&statement.sql, &statement.params, add))?;
    found.finish()?;
    attachments::search(search, "wiki", each)
}
