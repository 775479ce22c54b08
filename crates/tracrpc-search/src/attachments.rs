//! Attached files, found with the realm of what they are attached to.

use tracrpc_db::LentRow;
use tracrpc_env::stored::{Text, Time};
use tracrpc_env::{Environment, Resource, Result};

use super::statement::Statement;
use super::visible::Visible;
use super::{Each, Hit, Search};

/// What knows where attachments are shown and how they are called; without it
/// they are things like any other (`trac/resource.py: get_resource_url`).
const MODULE: &str = "trac.attachment.AttachmentModule";

/// The attachments of `realm` in whose name, description or author all terms
/// occur.
pub(super) fn search(search: &Search<'_>, realm: &'static str, each: Each<'_>) -> Result<()> {
    let env = search.actor.env();
    let db = env.db();
    let statement = Statement::new(db.dialect())
        .push("SELECT id, filename, time, description, author FROM attachment WHERE type=? AND ")
        .param(realm)
        .matches(&["filename", "description", "author"], search.terms)
        .push(" ORDER BY id, filename");
    let mut found = Visible::new(search, "ATTACHMENT_VIEW", "attachment", each)?;
    let add = |row: &LentRow<'_>| -> Result<()> {
        let (Text(id), Text(filename)) = (row.get(0)?, row.get(1)?);
        let Ok(time) = row.get::<Time>(2)?.moment() else {
            return Ok(());
        };
        let resource = Resource::new(realm, id).child("attachment", filename);
        let hit = Hit {
            href: url(search, realm, &resource),
            title: title(env, &resource),
            time,
            author: row.get(4)?,
            excerpt: search.excerpts.of(&row.text(3)?.unwrap_or_default()),
        };
        found.add(hit, || resource);
        Ok(())
    };
    db.read(|connection| connection.for_each(&statement.sql, &statement.params, add))?;
    found.finish()
}

fn url(search: &Search<'_>, realm: &str, attachment: &Resource) -> String {
    if !search.actor.env().config().is_on(MODULE) {
        return search.href.url(&["attachment", attachment.id()], &[]);
    }
    let parent = attachment.parent.as_deref().map_or("", Resource::id);
    search
        .href
        .url(&["attachment", realm, parent, attachment.id()], &[])
}

fn title(env: &Environment, attachment: &Resource) -> String {
    if !env.config().is_on(MODULE) {
        return format!("attachment:{}", attachment.id());
    }
    let parent = attachment
        .parent
        .as_deref()
        .map(|parent| parent.describe_in(&env.config()))
        .map_or_else(String::new, |title| title.to_string());
    format!("{} ({parent})", attachment.id())
}
