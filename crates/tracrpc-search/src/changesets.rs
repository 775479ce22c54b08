//! Changesets of repositories, from the tables in which Trac caches them.

use std::collections::{HashMap, HashSet};

use tracrpc_db::Row;
use tracrpc_env::stored::{Int, Text, Time};
use tracrpc_env::{Resource, Result};

use super::statement::Statement;
use super::visible::Visible;
use super::{Each, Hit, Search, excerpt};

/// What is known of a repository.
#[derive(Default)]
struct Repository {
    name: String,
    kind: String,
    directory: String,
}

/// The changesets in whose revision, message or author all terms occur.
pub(super) fn search(search: &Search<'_>, each: Each<'_>) -> Result<()> {
    let db = search.actor.env().db();
    let statement = Statement::new(db.dialect())
        .push("SELECT repos, rev, time, author, message FROM revision WHERE ")
        .matches(&["rev", "message", "author"], search.terms)
        .push(" ORDER BY repos, rev");
    let rows = db.read(|connection| connection.query(&statement.sql, &statement.params))?;
    if rows.is_empty() {
        return Ok(());
    }
    let repositories = repositories(search)?;
    let mut seen = HashSet::new();
    let mut found = Visible::new(search, "CHANGESET_VIEW", "changeset", each)?;
    for row in rows {
        let (id, Text(rev)) = (row.get::<Int>(0)?, row.get(1)?);
        let Some((id, repository)) = id.known().and_then(|id| Some((id, repositories.get(&id)?)))
        else {
            continue;
        };
        let rev = normal_revision(&repository.kind, &rev);
        if seen.insert((id, rev.clone()))
            && let Some(hit) = hit(search, repository, &rev, &row)?
        {
            found.add(hit, || resource(repository, &rev));
        }
    }
    found.finish()
}

fn resource(repository: &Repository, rev: &str) -> Resource {
    Resource::new("repository", &repository.name).child("changeset", rev)
}

/// The repositories that have a directory, by their numbers.
fn repositories(search: &Search<'_>) -> Result<HashMap<i64, Repository>> {
    let rows = search.actor.env().db().read(|connection| {
        connection.query(
            "SELECT id, name, value FROM repository WHERE name IN ('name', 'type', 'dir')",
            &[],
        )
    })?;
    let mut repositories: HashMap<i64, Repository> = HashMap::new();
    for row in rows {
        let Some(id) = row.get::<Int>(0)?.known() else {
            continue;
        };
        let repository = repositories.entry(id).or_default();
        let value = row.get::<Option<String>>(2)?.unwrap_or_default();
        match row.get::<Text>(1)?.0.as_str() {
            "name" => repository.name = value,
            "type" => repository.kind = value,
            _ => repository.directory = value,
        }
    }
    repositories.retain(|_, repository| !repository.directory.is_empty());
    Ok(repositories)
}

/// Trac stores the numbers of Subversion with leading zeros, so that they sort.
fn normal_revision(kind: &str, rev: &str) -> String {
    match rev.parse::<u64>() {
        Ok(number) if kind != "git" => number.to_string(),
        _ => rev.to_owned(),
    }
}

/// How a revision is shown: the hashes of Git are cut.
fn shown_revision<'a>(search: &Search<'_>, kind: &str, rev: &'a str) -> &'a str {
    if kind != "git" {
        return rev;
    }
    let config = search.actor.env().config();
    let length = config
        .get("git", "shortrev_len")
        .and_then(|length| length.parse().ok());
    rev.get(..length.unwrap_or(7)).unwrap_or(rev)
}

/// None for a changeset whose time is none.
fn hit(search: &Search<'_>, repository: &Repository, rev: &str, row: &Row) -> Result<Option<Hit>> {
    let Ok(time) = row.get::<Time>(2)?.moment() else {
        return Ok(None);
    };
    let message = row.get::<Option<String>>(4)?.unwrap_or_default();
    let shown = shown_revision(search, &repository.kind, rev);
    let mut path = vec!["changeset", rev];
    // The default repository has no name.
    path.extend(Some(repository.name.as_str()).filter(|name| !name.is_empty()));
    Ok(Some(Hit {
        href: search.href.url(&path, &[]),
        title: format!("[{shown}]: {}", excerpt::line(&message)),
        time,
        author: row.get(3)?,
        excerpt: search.excerpts.of(&message),
    }))
}
