//! Storing a new attachment: a free name, the row, the file.

use std::io::Read;

use tracrpc_db::Connection;
use tracrpc_env::{Environment, Error, ErrorKind, Resource, Result, time};
use tracrpc_translation::message;

use super::files::FileChanges;
use super::{Attachment, Upload, filename, store};

/// How often names are tried that other processes take at the same time.
const ATTEMPTS: usize = 20;

/// Stores row and file, if `validate` lets them pass. Returns what was replaced, and what
/// is there now.
pub(super) fn store_file(
    env: &Environment,
    parent: &Resource,
    upload: &Upload<'_>,
    content: &mut dyn Read,
    validate: &dyn Fn(&Attachment) -> Result<()>,
) -> Result<(Option<Attachment>, Attachment)> {
    filename::require_valid(upload.filename)?;
    let mut files = FileChanges::new(env);
    let staged = files.stage(content)?;
    validate(&wanted(parent, upload, staged.size))?;
    let mut attempts = 0;
    let stored = loop {
        attempts += 1;
        let attempt = env.db().write(|connection| {
            let (old, new) = insert_row(env, connection, &files, parent, upload, staged.size)?;
            files.put(&staged, &new)?;
            Ok::<_, Error>((old, new))
        });
        match attempt {
            // Another process took the name between the look and the insert.
            Err(error) if error.kind() == ErrorKind::Conflict && attempts < ATTEMPTS => {}
            other => break other?,
        }
    };
    files.finish();
    Ok(stored)
}

/// What an upload becomes, unless its name is taken.
fn wanted(parent: &Resource, upload: &Upload<'_>, size: u64) -> Attachment {
    Attachment {
        parent: parent.clone(),
        filename: upload.filename.to_owned(),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        time: time::now(),
        description: upload.description.map(str::to_owned),
        author: Some(upload.author.to_owned()),
    }
}

fn insert_row(
    env: &Environment,
    connection: &mut Connection,
    files: &FileChanges<'_>,
    parent: &Resource,
    upload: &Upload<'_>,
    size: u64,
) -> Result<(Option<Attachment>, Attachment)> {
    if !store::parent_exists(connection, parent)? {
        return Err(Error::not_found(message!(
            "%(parent)s doesn't exist, can't create attachment",
            parent = parent.describe_in(&env.config())
        )));
    }
    let mut attachment = wanted(parent, upload, size);
    let mut existing = store::select(connection, parent)?;
    let same = existing
        .iter()
        .position(|other| other.filename == upload.filename)
        .filter(|_| upload.replace);
    let old = same.map(|place| existing.swap_remove(place));
    match &old {
        Some(old) => store::delete(connection, old)?,
        None => attachment.filename = free_name(files, &existing, &attachment)?,
    }
    store::insert(connection, &attachment)?;
    Ok((old, attachment))
}

/// The first name that neither a row nor a file has.
fn free_name(
    files: &FileChanges<'_>,
    existing: &[Attachment],
    wanted: &Attachment,
) -> Result<String> {
    filename::candidates(&wanted.filename)
        .find(|name| {
            let candidate = Attachment {
                filename: name.clone(),
                ..wanted.clone()
            };
            existing.iter().all(|other| other.filename != *name) && !files.is_taken(&candidate)
        })
        .ok_or_else(|| Error::invalid(format!("Failed to create unique name: {}", wanted.filename)))
}
