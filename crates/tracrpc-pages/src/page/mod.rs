//! Wiki pages with all their versions.
//!
//! The functions that take an [`Actor`] check its permissions; those that take
//! an [`Environment`] serve administrators and check none.

mod edit;
mod event;
mod manipulator;
mod name;
mod store;

pub use edit::{Edit, delete, rename, save};
pub use event::{PageEvent, PageEventKind};
pub use manipulator::PageManipulator;
pub use name::is_valid_name;

use tracrpc_env::time::Timestamp;
use tracrpc_env::{Actor, Environment, Error, ErrorKind, Resource, Result};
use tracrpc_translation::message;

/// One version of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The name with slashes between its parts.
    pub name: String,
    /// 1 for the first one.
    pub version: i64,
    /// When it was written.
    pub time: Timestamp,
    /// Who is said to have written it.
    pub author: Option<String>,
    /// The text in wiki markup.
    pub text: String,
    /// Why it was written.
    pub comment: Option<String>,
    /// Whether only wiki administrators may change the page.
    pub readonly: bool,
}

/// What is known of a version besides its text.
#[derive(Clone, Debug, PartialEq)]
pub struct PageChange {
    /// The name of the page.
    pub name: String,
    /// 1 for the first one.
    pub version: i64,
    /// When it was written.
    pub time: Timestamp,
    /// Who is said to have written it.
    pub author: Option<String>,
    /// Why it was written.
    pub comment: Option<String>,
}

/// A page as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct PageSummary {
    /// The name of the page.
    pub name: String,
    /// The latest version.
    pub version: i64,
    /// When the page was written last.
    pub time: Timestamp,
}

/// What an actor wants to say in a page.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The whole text.
    pub text: String,
    /// Who is to be named as the author.
    pub author: Option<String>,
    /// Why.
    pub comment: Option<String>,
    /// Whether the page is to be read-only. Counts only for wiki administrators.
    pub readonly: bool,
}

/// A page in one version or in the latest one, whoever asks.
///
/// # Errors
/// *Storage* if the database fails.
pub fn find(env: &Environment, name: &str, version: Option<i64>) -> Result<Option<Page>> {
    env.db()
        .read(|connection| store::find(connection, name, version))
}

/// A page in one version or in the latest one; none if it is not there.
///
/// # Errors
/// *Forbidden* without `WIKI_VIEW` on the page, whether it exists or not.
pub fn get(actor: &Actor, name: &str, version: Option<i64>) -> Result<Option<Page>> {
    actor.require("WIKI_VIEW", &Resource::wiki(name).at_version(version))?;
    find(actor.env(), name, version)
}

/// As [`get`], for what cannot go on without the page.
///
/// # Errors
/// *Forbidden* without `WIKI_VIEW` on the page, *not found* if it is not there.
pub fn require(actor: &Actor, name: &str, version: Option<i64>) -> Result<Page> {
    get(actor, name, version)?.ok_or_else(|| missing(name, version))
}

/// That a page is not there, in the words of the RPC plugin.
#[must_use]
pub fn missing(name: &str, version: Option<i64>) -> Error {
    let version = version.map_or_else(String::new, |version| format!(" at version {version}"));
    Error::not_found(format!("Wiki page \"{name}\" does not exist{version}"))
}

/// The names of all pages, in order.
///
/// # Errors
/// *Storage* if the database fails.
pub fn all_names(env: &Environment) -> Result<Vec<String>> {
    let names = env.db().read(store::names)?;
    Ok(names.into_iter().flatten().collect())
}

/// All pages, in order of their names.
///
/// # Errors
/// *Storage* if the database fails.
pub fn summaries(env: &Environment) -> Result<Vec<PageSummary>> {
    env.db().read(store::summaries)
}

/// The pages whose names begin with `prefix`, the one that changed last first,
/// at most `limit` of them.
///
/// # Errors
/// *Storage* if the database fails.
pub fn recent(env: &Environment, prefix: &str, limit: Option<usize>) -> Result<Vec<PageSummary>> {
    env.db()
        .read(|connection| store::recent(connection, prefix, limit))
}

/// The names of the pages that the actor may view, in order.
///
/// # Errors
/// *Storage* if the database fails.
pub fn names(actor: &Actor) -> Result<Vec<String>> {
    let names = all_names(actor.env())?;
    actor.filter("WIKI_VIEW", names, |name| Resource::wiki(name.as_str()))
}

/// The names of the pages that the actor may view, in order, and none for pages that
/// have NULL for a name.
///
/// # Errors
/// *Storage* if the database fails.
pub fn listed_names(actor: &Actor) -> Result<Vec<Option<String>>> {
    let names = actor.env().db().read(store::names)?;
    actor.filter("WIKI_VIEW", names, |name| match name {
        Some(name) => Resource::wiki(name.as_str()),
        None => Resource::realm("wiki"),
    })
}

/// The latest versions of the pages that changed at `since` or later and that
/// the actor may view, newest first.
///
/// # Errors
/// *Storage* if the database fails.
pub fn recent_changes(actor: &Actor, since: Timestamp) -> Result<Vec<PageChange>> {
    let changes = actor
        .env()
        .db()
        .read(|connection| store::changes_since(connection, since))?;
    actor.filter("WIKI_VIEW", changes, |change| {
        Resource::wiki(change.name.as_str()).at_version(Some(change.version))
    })
}

/// The versions of a page up to `version`, newest first, whoever asks.
///
/// # Errors
/// *Storage* if the database fails.
pub fn history(env: &Environment, name: &str, version: i64) -> Result<Vec<PageChange>> {
    env.db()
        .read(|connection| store::history(connection, name, version))
}

/// Adds a version to a page, or makes it.
///
/// # Errors
/// *Forbidden* without `WIKI_CREATE` for a new page, `WIKI_MODIFY` for an
/// existing one, `WIKI_ADMIN` for a read-only one; *invalid* if the name is not
/// one of a page or nothing would change; *conflict* if others keep making, deleting,
/// closing or opening the page while it is asked who may write it.
pub fn put(actor: &Actor, name: &str, submission: &Submission) -> Result<Page> {
    let resource = Resource::wiki(name);
    let waits = actor.waits_for_decisions()?;
    for _ in 0..ATTEMPTS {
        let asked = waits.then(|| ask(actor, &resource)).transpose()?;
        // One transaction, so that the page cannot become read-only in between.
        let page = actor.env().db().write(|connection| {
            let current = store::find(connection, name, None)?;
            let action = required_action(current.as_ref());
            if asked.is_some_and(|asked| asked != action) {
                return Ok(None);
            }
            actor.require(action, &resource)?;
            let edit = Edit {
                author: submission.author.clone(),
                comment: submission.comment.clone(),
                readonly: actor
                    .can("WIKI_ADMIN", &resource)?
                    .then_some(submission.readonly),
                ..Edit::new(submission.text.as_str())
            };
            edit::apply(connection, name, &edit, current).map(Some)
        })?;
        if let Some(page) = page {
            edit::tell_edited(actor.env(), &page);
            return Ok(page);
        }
    }
    Err(Error::conflict(message!(
        "Sorry, this page has been modified by somebody else since you started editing. \
         Your changes cannot be saved."
    )))
}

/// How often it is asked who may write a page that others change meanwhile.
const ATTEMPTS: usize = 5;

/// Asks for what [`put`] requires, before it takes the turn to write: the actor
/// remembers the decisions. Returns the action that was asked for.
fn ask(actor: &Actor, page: &Resource) -> Result<&'static str> {
    let action = required_action(find(actor.env(), page.id(), None)?.as_ref());
    actor.require(action, page)?;
    actor.can("WIKI_ADMIN", page)?;
    Ok(action)
}

/// The permission to change a page that is missing, or is read-only or not.
fn required_action(page: Option<&Page>) -> &'static str {
    match page {
        None => "WIKI_CREATE",
        Some(page) if page.readonly => "WIKI_ADMIN",
        Some(_) => "WIKI_MODIFY",
    }
}

/// Deletes one version of a page or all of them; `false` if there is nothing
/// to delete.
///
/// # Errors
/// *Forbidden* without `WIKI_DELETE` on the page.
pub fn remove(actor: &Actor, name: &str, version: Option<i64>) -> Result<bool> {
    actor.require("WIKI_DELETE", &Resource::wiki(name).at_version(version))?;
    match delete(actor.env(), name, version) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Invalid => Ok(false),
        Err(error) => Err(error),
    }
}
