//! Changes of wiki pages, whoever makes them: permissions are the caller's.

use tracrpc_db::Connection;
use tracrpc_env::time::{self, Timestamp};
use tracrpc_env::{Environment, Error, Resource, Result};
use tracrpc_translation::message;

use super::event::{PageEvent, PageEventKind};
use super::{Page, name, store};
use crate::attachment::{self, FileChanges};

/// What a page is to become.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The whole text.
    pub text: String,
    /// Who says so.
    pub author: Option<String>,
    /// Why.
    pub comment: Option<String>,
    /// Whether only wiki administrators may change the page from now on; none
    /// leaves that as it is.
    pub readonly: Option<bool>,
    /// When; none for now.
    pub time: Option<Timestamp>,
    /// Whether the text of the latest version is overwritten, with no new
    /// version, author or time.
    pub replace: bool,
}

impl Edit {
    /// A new text and nothing else.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            author: None,
            comment: None,
            readonly: None,
            time: None,
            replace: false,
        }
    }
}

/// Adds a version to the page `name`, or makes it.
///
/// # Errors
/// *Invalid* if the name is not one of a page, or if neither text nor
/// read-only flag differ from the latest version.
pub fn save(env: &Environment, name: &str, edit: &Edit) -> Result<Page> {
    let page = env.db().write(|connection| {
        let current = store::find(connection, name, None)?;
        apply(connection, name, edit, current)
    })?;
    tell_edited(env, &page);
    Ok(page)
}

/// Tells of a page that was made or changed. As in Trac
/// (`trac/wiki/model.py: WikiPage.save`) its version tells which.
pub(super) fn tell_edited(env: &Environment, page: &Page) {
    let kind = match page.version {
        1 => PageEventKind::Created,
        _ => PageEventKind::Changed,
    };
    let page = page.clone();
    env.tell(PageEvent { page, kind });
}

/// Makes the edit to the page whose latest version is `current`.
pub(super) fn apply(
    connection: &mut Connection,
    name: &str,
    edit: &Edit,
    current: Option<Page>,
) -> Result<Page> {
    name::require_valid_name(name)?;
    let (version, old_text, old_readonly) = match &current {
        Some(page) => (page.version, page.text.as_str(), page.readonly),
        None => (0, "", false),
    };
    let readonly = edit.readonly.unwrap_or(old_readonly);
    let new_text = edit.text != old_text;
    if !new_text && readonly == old_readonly {
        return Err(Error::invalid(message!("Page not modified")));
    }
    match current {
        Some(page) if !new_text => {
            store::set_readonly(connection, name, readonly)?;
            Ok(Page { readonly, ..page })
        }
        Some(page) if edit.replace => {
            let page = Page {
                text: edit.text.clone(),
                ..page
            };
            store::set_text(connection, &page)?;
            Ok(page)
        }
        // Only the flag of a page that is not there: Trac updates no row.
        None if !new_text => Ok(next_version(name, edit, 0, readonly)),
        _ => {
            let page = next_version(name, edit, version + 1, readonly);
            store::insert(connection, &page)?;
            Ok(page)
        }
    }
}

fn next_version(name: &str, edit: &Edit, version: i64, readonly: bool) -> Page {
    Page {
        name: name.to_owned(),
        version,
        time: edit.time.unwrap_or_else(time::now),
        author: edit.author.clone(),
        text: edit.text.clone(),
        comment: edit.comment.clone(),
        readonly,
    }
}

/// Deletes one version of a page or all of them. With the last version go the
/// page's attachments.
///
/// # Errors
/// *Invalid* if the page does not exist (in that version).
pub fn delete(env: &Environment, name: &str, version: Option<i64>) -> Result<()> {
    let parent = Resource::wiki(name);
    let gone = attachment::expect_to_go(env, "", &parent)?;
    let mut files = FileChanges::new(env);
    let (page, is_left) = env.db().write(|connection| {
        let Some(page) = store::find(connection, name, version)? else {
            return Err(Error::invalid(message!("Cannot delete non-existent page")));
        };
        let is_left = store::delete(connection, name, version)?;
        if !is_left {
            attachment::delete_all(connection, &mut files, &parent)?;
        }
        Ok((page, is_left))
    })?;
    files.finish();
    let kind = match version {
        Some(version) if is_left => PageEventKind::VersionDeleted(version),
        _ => PageEventKind::Deleted,
    };
    if !is_left {
        gone.into_iter().for_each(|gone| env.tell_expected(gone));
    }
    env.tell(PageEvent { page, kind });
    Ok(())
}

/// Gives a page another name, with its history and its attachments.
///
/// # Errors
/// *Invalid* if the page does not exist, or the new name is empty, unchanged,
/// not one of a page or taken.
pub fn rename(env: &Environment, old: &str, new: &str) -> Result<()> {
    let mut files = FileChanges::new(env);
    let (page, moved) = env.db().write(|connection| {
        let Some(page) = store::find(connection, old, None)? else {
            return Err(Error::invalid(message!("Cannot rename non-existent page")));
        };
        require_new_name(old, new)?;
        if store::find(connection, new, None)?.is_some() {
            return Err(Error::invalid(message!(
                "The page '%(name)s' already exists.",
                name = new
            )));
        }
        store::rename(connection, old, new)?;
        let (from, to) = (Resource::wiki(old), Resource::wiki(new));
        let moved = attachment::reparent_all(connection, &mut files, &from, &to)?;
        Ok((page, moved))
    })?;
    files.finish();
    attachment::tell_moved(env, moved);
    let name = new.to_owned();
    env.tell(PageEvent {
        page: Page { name, ..page },
        kind: PageEventKind::Renamed {
            old_name: old.to_owned(),
        },
    });
    Ok(())
}

fn require_new_name(old: &str, new: &str) -> Result<()> {
    if new.is_empty() {
        return Err(Error::invalid(message!(
            "A new name is mandatory for a rename."
        )));
    }
    if new == old {
        return Err(Error::invalid(message!("Page name is unchanged.")));
    }
    name::require_valid_name(new)
}
