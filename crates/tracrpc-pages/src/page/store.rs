//! The statements about wiki pages.

use tracrpc_db::{Connection, Row};
use tracrpc_env::stored::{Int, Text, Time, is_set};
use tracrpc_env::time::Timestamp;
use tracrpc_env::{ErrorKind, Result, cache_table};

use super::{Page, PageChange, PageSummary};

/// The page from which Trac reads the prefixes of InterWiki links.
const INTERWIKI_PAGE: &str = "InterMapTxt";

const PAGE: &str = "SELECT name, version, time, author, text, comment, readonly FROM wiki";

/// A page in one version or in the latest one.
pub(crate) fn find(
    connection: &mut Connection,
    name: &str,
    version: Option<i64>,
) -> Result<Option<Page>> {
    let row = match version {
        Some(version) => connection.query_one(
            &format!("{PAGE} WHERE name=? AND version=?"),
            &[name.into(), version.into()],
        )?,
        None => connection.query_one(
            &format!("{PAGE} WHERE name=? ORDER BY version DESC LIMIT 1"),
            &[name.into()],
        )?,
    };
    row.as_ref().map(page).transpose()
}

/// The names of all pages in order; none for what has NULL in its place.
pub(crate) fn names(connection: &mut Connection) -> Result<Vec<Option<String>>> {
    let rows = connection.query("SELECT DISTINCT name FROM wiki ORDER BY name", &[])?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

/// All pages in order, with their latest versions and times.
pub(crate) fn summaries(connection: &mut Connection) -> Result<Vec<PageSummary>> {
    let rows = connection.query(
        "SELECT name, MAX(version), MAX(time) FROM wiki WHERE name IS NOT NULL \
         GROUP BY name ORDER BY name",
        &[],
    )?;
    rows.iter().map(summary).collect()
}

/// The pages whose names begin with `prefix`, the one that changed last first.
pub(crate) fn recent(
    connection: &mut Connection,
    prefix: &str,
    limit: Option<usize>,
) -> Result<Vec<PageSummary>> {
    let rows = connection.query(
        "SELECT name, MAX(version), MAX(time) AS max_time FROM wiki \
         WHERE name IS NOT NULL GROUP BY name ORDER BY max_time DESC, name",
        &[],
    )?;
    let pages = rows.iter().map(summary).filter(|page| match page {
        Ok(page) => page.name.starts_with(prefix),
        Err(_) => true,
    });
    pages.take(limit.unwrap_or(usize::MAX)).collect()
}

/// The latest versions that are not older than `since`, newest first.
pub(crate) fn changes_since(
    connection: &mut Connection,
    since: Timestamp,
) -> Result<Vec<PageChange>> {
    let rows = connection.query(
        "SELECT name, version, time, author, comment FROM wiki w1 \
         WHERE time>=? AND version=(SELECT MAX(version) FROM wiki w2 WHERE w2.name=w1.name) \
         ORDER BY time DESC",
        &[since.as_microsecond().into()],
    )?;
    // One page whose time is none does not keep the others back.
    let changes = rows.iter().map(change);
    let is_no_time = |change: &Result<PageChange>| {
        change
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Invalid)
    };
    changes.filter(|change| !is_no_time(change)).collect()
}

/// The versions of a page up to `version`, newest first.
pub(crate) fn history(
    connection: &mut Connection,
    name: &str,
    version: i64,
) -> Result<Vec<PageChange>> {
    let rows = connection.query(
        "SELECT name, version, time, author, comment FROM wiki \
         WHERE name=? AND version<=? ORDER BY version DESC",
        &[name.into(), version.into()],
    )?;
    rows.iter().map(change).collect()
}

/// Adds a version.
pub(crate) fn insert(connection: &mut Connection, page: &Page) -> Result<()> {
    connection.execute(
        "INSERT INTO wiki (name, version, time, author, text, comment, readonly) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        &[
            page.name.as_str().into(),
            page.version.into(),
            page.time.as_microsecond().into(),
            page.author.clone().into(),
            page.text.as_str().into(),
            page.comment.clone().into(),
            i64::from(page.readonly).into(),
        ],
    )?;
    if page.version == 1 {
        cache_table::touch(connection, cache_table::WIKI_PAGES)?;
    }
    touch_interwiki(connection, &page.name)
}

/// Gives a version another text, and leaves time and author.
pub(crate) fn set_text(connection: &mut Connection, page: &Page) -> Result<()> {
    connection.execute(
        "UPDATE wiki SET text=? WHERE name=? AND version=?",
        &[
            page.text.as_str().into(),
            page.name.as_str().into(),
            page.version.into(),
        ],
    )?;
    touch_interwiki(connection, &page.name)
}

/// Makes all versions of a page read-only or not.
pub(crate) fn set_readonly(connection: &mut Connection, name: &str, readonly: bool) -> Result<()> {
    connection.execute(
        "UPDATE wiki SET readonly=? WHERE name=?",
        &[i64::from(readonly).into(), name.into()],
    )?;
    Ok(())
}

/// Deletes one or all versions; returns whether any version is left.
pub(crate) fn delete(
    connection: &mut Connection,
    name: &str,
    version: Option<i64>,
) -> Result<bool> {
    match version {
        Some(version) => connection.execute(
            "DELETE FROM wiki WHERE name=? AND version=?",
            &[name.into(), version.into()],
        )?,
        None => connection.execute("DELETE FROM wiki WHERE name=?", &[name.into()])?,
    };
    let left = find(connection, name, None)?.is_some();
    if !left {
        cache_table::touch(connection, cache_table::WIKI_PAGES)?;
    }
    touch_interwiki(connection, name)?;
    Ok(left)
}

/// Gives all versions of a page another name.
pub(crate) fn rename(connection: &mut Connection, old: &str, new: &str) -> Result<()> {
    connection.execute(
        "UPDATE wiki SET name=? WHERE name=?",
        &[new.into(), old.into()],
    )?;
    cache_table::touch(connection, cache_table::WIKI_PAGES)?;
    touch_interwiki(connection, old)?;
    touch_interwiki(connection, new)
}

fn touch_interwiki(connection: &mut Connection, name: &str) -> Result<()> {
    if name == INTERWIKI_PAGE {
        cache_table::touch(connection, cache_table::INTERWIKI_MAP)?;
    }
    Ok(())
}

fn page(row: &Row) -> Result<Page> {
    Ok(Page {
        name: row.get::<Text>(0)?.0,
        version: row.get::<Int>(1)?.number()?,
        time: row.get::<Time>(2)?.moment()?,
        author: row.get(3)?,
        text: row.get::<Text>(4)?.0,
        comment: row.get(5)?,
        readonly: is_set(row, 6)?,
    })
}

fn summary(row: &Row) -> Result<PageSummary> {
    Ok(PageSummary {
        name: row.get::<Text>(0)?.0,
        version: row.get::<Int>(1)?.known().unwrap_or_default(),
        time: row.get::<Time>(2)?.known().unwrap_or_default(),
    })
}

fn change(row: &Row) -> Result<PageChange> {
    Ok(PageChange {
        name: row.get::<Text>(0)?.0,
        version: row.get::<Int>(1)?.number()?,
        time: row.get::<Time>(2)?.moment()?,
        author: row.get(3)?,
        comment: row.get(4)?,
    })
}
