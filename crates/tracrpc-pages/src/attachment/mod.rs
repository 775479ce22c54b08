//! Files that are attached to pages, tickets and milestones, in Trac's tables
//! and file layout.
//!
//! The functions that take an [`Actor`] check its permissions; those that take
//! an [`Environment`] serve administrators and check none.

mod event;
mod filename;
mod files;
mod insert;
mod manipulator;
mod store;

use std::fs::File;
use std::io::Read;

use tracrpc_db::Connection;
use tracrpc_env::time::Timestamp;
use tracrpc_env::{Actor, Environment, Error, ErrorKind, Expected, Resource, Result};

pub use event::{AttachmentEvent, AttachmentEventKind};
pub use filename::normalize_filename;
pub use files::FileChanges;
pub use files::recover;
pub use manipulator::{AttachmentManipulator, AttachmentProblem};

use tracrpc_translation::message;

/// A file that is attached to something.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// What it is attached to.
    pub parent: Resource,
    /// Its name, as it was given; on disk it has another one.
    pub filename: String,
    /// Bytes.
    pub size: i64,
    /// When it was attached.
    pub time: Timestamp,
    /// What it is.
    pub description: Option<String>,
    /// Who attached it.
    pub author: Option<String>,
}

impl Attachment {
    /// The attachment as the subject of permissions.
    #[must_use]
    pub fn resource(&self) -> Resource {
        self.parent.child("attachment", self.filename.as_str())
    }

    /// Where the file lies below `files/attachments`.
    fn stored_path(&self) -> String {
        filename::stored_path(&self.parent, &self.filename)
    }
}

/// A file to attach.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    /// The name that it is to have.
    pub filename: &'a str,
    /// What it is.
    pub description: Option<&'a str>,
    /// Who attaches it.
    pub author: &'a str,
    /// Whether it takes the place of a file of the same name. If not, it gets
    /// another name where that is taken.
    pub replace: bool,
}

/// The attachments of `parent`, oldest first, whoever asks. A parent that does
/// not exist has none.
///
/// # Errors
/// *Storage* if the database fails.
pub fn select(env: &Environment, parent: &Resource) -> Result<Vec<Attachment>> {
    env.db()
        .read(|connection| store::select(connection, parent))
}

/// One attachment, whoever asks.
///
/// # Errors
/// *Not found*.
pub fn find(env: &Environment, parent: &Resource, filename: &str) -> Result<Attachment> {
    env.db()
        .read(|connection| store::find(connection, parent, filename))?
        .ok_or_else(|| missing(parent, filename))
}

/// The attachments of `parent` that the actor may view, oldest first.
///
/// # Errors
/// *Storage* if the database fails.
pub fn list(actor: &Actor, parent: &Resource) -> Result<Vec<Attachment>> {
    let all = select(actor.env(), parent)?;
    actor.filter("ATTACHMENT_VIEW", all, Attachment::resource)
}

/// An attachment and its content, to be read from its beginning.
///
/// # Errors
/// *Not found*; *forbidden* without `ATTACHMENT_VIEW`.
pub fn open(actor: &Actor, parent: &Resource, filename: &str) -> Result<(Attachment, File)> {
    if filename.is_empty() {
        // Trac looks for the content of no attachment in particular.
        actor.require("ATTACHMENT_VIEW", &parent.children("attachment"))?;
        return Err(Error::not_found(message!(
            "Attachment '%(filename)s' not found",
            filename = "None"
        )));
    }
    let attachment = find(actor.env(), parent, filename)?;
    actor.require("ATTACHMENT_VIEW", &attachment.resource())?;
    let file = content(actor.env(), &attachment)?;
    Ok((attachment, file))
}

/// The content of an attachment, to be read from its beginning, whoever asks.
///
/// # Errors
/// *Not found* if there is no file.
pub fn content(env: &Environment, attachment: &Attachment) -> Result<File> {
    files::open(env, attachment).map_err(|_| {
        Error::not_found(message!(
            "Attachment '%(filename)s' not found",
            filename = &attachment.filename
        ))
    })
}

/// Attaches a file for an actor, who is named as its author.
///
/// # Errors
/// As [`insert`]; *forbidden* without `ATTACHMENT_CREATE` on the parent's
/// attachments, or without `ATTACHMENT_DELETE` on the file to be replaced; *invalid* if
/// an [extension](AttachmentManipulator) has something against it.
pub fn put(
    actor: &Actor,
    parent: &Resource,
    upload: &Upload<'_>,
    content: &mut dyn Read,
) -> Result<Attachment> {
    filename::require_valid(upload.filename)?;
    if upload.replace {
        match find(actor.env(), parent, upload.filename) {
            Ok(old) => actor.require("ATTACHMENT_DELETE", &old.resource())?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    actor.require("ATTACHMENT_CREATE", &parent.children("attachment"))?;
    let validate = |attachment: &Attachment| manipulator::validate(actor, attachment);
    add(
        actor.env(),
        actor.base_url(),
        parent,
        upload,
        content,
        &validate,
    )
}

/// Deletes an attachment for an actor.
///
/// # Errors
/// *Not found*; *forbidden* without `ATTACHMENT_DELETE`.
pub fn remove(actor: &Actor, parent: &Resource, filename: &str) -> Result<()> {
    if filename.is_empty() {
        actor.require("ATTACHMENT_DELETE", &parent.children("attachment"))?;
        return Err(Error::invalid("Cannot delete non-existent attachment"));
    }
    let attachment = find(actor.env(), parent, filename)?;
    actor.require("ATTACHMENT_DELETE", &attachment.resource())?;
    take_away(actor.env(), actor.base_url(), parent, filename)
}

/// Attaches a file. Returns what has been stored: the name may be another.
///
/// # Errors
/// *Invalid* if the name is refused; *not found* if there is no such parent;
/// *conflict* if a hundred files have that name; *storage* if the content
/// cannot be written. Then nothing has changed.
pub fn insert(
    env: &Environment,
    parent: &Resource,
    upload: &Upload<'_>,
    content: &mut dyn Read,
) -> Result<Attachment> {
    add(env, "", parent, upload, content, &|_| Ok(()))
}

/// Attaches a file that `validate` lets pass and tells about it, with links to `base_url`.
fn add(
    env: &Environment,
    base_url: &str,
    parent: &Resource,
    upload: &Upload<'_>,
    content: &mut dyn Read,
    validate: &dyn Fn(&Attachment) -> Result<()>,
) -> Result<Attachment> {
    let (old, new) = insert::store_file(env, parent, upload, content, validate)?;
    if let Some(old) = old {
        tell(env, base_url, old, AttachmentEventKind::Deleted);
    }
    tell(env, base_url, new.clone(), AttachmentEventKind::Added);
    Ok(new)
}

/// Deletes an attachment, row and file.
///
/// # Errors
/// *Not found*.
pub fn delete(env: &Environment, parent: &Resource, filename: &str) -> Result<()> {
    take_away(env, "", parent, filename)
}

/// Deletes an attachment and tells about it, with links to `base_url`.
fn take_away(env: &Environment, base_url: &str, parent: &Resource, filename: &str) -> Result<()> {
    let mut files = FileChanges::new(env);
    let attachment = env.db().write(|connection| {
        let attachment =
            store::find(connection, parent, filename)?.ok_or_else(|| missing(parent, filename))?;
        store::delete(connection, &attachment)?;
        files.remove(&attachment)?;
        Ok::<_, Error>(attachment)
    })?;
    files.finish();
    tell(env, base_url, attachment, AttachmentEventKind::Deleted);
    Ok(())
}

/// Tells of an attachment.
pub(crate) fn tell(
    env: &Environment,
    base_url: &str,
    attachment: Attachment,
    kind: AttachmentEventKind,
) {
    env.tell(AttachmentEvent {
        attachment,
        kind,
        base_url: base_url.to_owned(),
    });
}

/// Tells that all attachments of `parent` are about to be deleted with it.
pub fn expect_to_go(
    env: &Environment,
    base_url: &str,
    parent: &Resource,
) -> Result<Vec<Expected<AttachmentEvent>>> {
    let event = |attachment| AttachmentEvent {
        attachment,
        kind: AttachmentEventKind::Deleted,
        base_url: base_url.to_owned(),
    };
    let attachments = select(env, parent)?.into_iter();
    Ok(attachments.map(|gone| env.expect(event(gone))).collect())
}

/// Tells of attachments that were moved, each with what it was before.
pub fn tell_moved(env: &Environment, moved: Vec<(Attachment, Attachment)>) {
    for (from, to) in moved {
        tell(env, "", to, AttachmentEventKind::Moved { from });
    }
}

/// Gives an attachment another parent and name.
///
/// # Errors
/// *Not found* if there is no such attachment or new parent; *invalid* if
/// nothing would change, the name is refused or taken.
pub fn relocate(
    env: &Environment,
    parent: &Resource,
    filename: &str,
    new_parent: &Resource,
    new_filename: &str,
) -> Result<()> {
    filename::require_valid(new_filename)?;
    let mut files = FileChanges::new(env);
    let moved = env.db().write(|connection| {
        let from =
            store::find(connection, parent, filename)?.ok_or_else(|| missing(parent, filename))?;
        if (parent, filename) == (new_parent, new_filename) {
            return Err(Error::invalid(message!("Attachment not modified")));
        }
        if !store::parent_exists(connection, new_parent)? {
            return Err(Error::not_found(message!(
                "%(target)s doesn't exist, can't move attachment",
                target = new_parent.describe_in(&env.config())
            )));
        }
        let to = relocate_row(connection, &mut files, &from, new_parent, new_filename)?;
        Ok((from, to))
    })?;
    files.finish();
    tell_moved(env, vec![moved]);
    Ok(())
}

/// Deletes all attachments of `parent` when the transaction is committed.
pub fn delete_all(
    connection: &mut Connection,
    files: &mut FileChanges<'_>,
    parent: &Resource,
) -> Result<()> {
    for attachment in store::select(connection, parent)? {
        store::delete(connection, &attachment)?;
        files.remove(&attachment)?;
    }
    files.remove_directory(&filename::parent_path(parent));
    Ok(())
}

/// Gives all attachments of `parent` another parent when the transaction is
/// committed. Returns each as it was and as it will be, to
/// [tell of it](tell_moved) then.
pub fn reparent_all(
    connection: &mut Connection,
    files: &mut FileChanges<'_>,
    parent: &Resource,
    new_parent: &Resource,
) -> Result<Vec<(Attachment, Attachment)>> {
    let mut moved = Vec::new();
    for from in store::select(connection, parent)? {
        let to = relocate_row(connection, files, &from, new_parent, &from.filename)?;
        moved.push((from, to));
    }
    files.remove_directory(&filename::parent_path(parent));
    Ok(moved)
}

fn relocate_row(
    connection: &mut Connection,
    files: &mut FileChanges<'_>,
    from: &Attachment,
    parent: &Resource,
    filename: &str,
) -> Result<Attachment> {
    let to = Attachment {
        parent: parent.clone(),
        filename: filename.to_owned(),
        ..from.clone()
    };
    if store::find(connection, parent, filename)?.is_some() || files.is_taken(&to) {
        return Err(Error::invalid(message!(
            "Cannot move attachment \"%(att)s\" to \"%(title)s\" as it already exists",
            att = &from.filename,
            title = title(parent, filename)
        )));
    }
    store::relocate(connection, from, &to)?;
    files.relocate(from, &to)?;
    Ok(to)
}

/// That an attachment is not there, in Trac's words.
fn missing(parent: &Resource, filename: &str) -> Error {
    Error::not_found(message!(
        "Attachment '%(title)s' does not exist.",
        title = title(parent, filename)
    ))
    .with_title(message!("Invalid Attachment"))
}

fn title(parent: &Resource, filename: &str) -> String {
    format!("{}:{}: {filename}", parent.realm, parent.id())
}
