//! The statements about attachments.

use tracrpc_db::{Connection, Row, SqlValue};
use tracrpc_env::stored::{Int, Text, Time};
use tracrpc_env::{Resource, Result};

use super::Attachment;

const ATTACHMENT: &str =
    "SELECT type, id, filename, size, time, description, author FROM attachment";

/// The attachments of a parent in the order of their times.
pub(super) fn select(connection: &mut Connection, parent: &Resource) -> Result<Vec<Attachment>> {
    let rows = connection.query(
        &format!("{ATTACHMENT} WHERE type=? AND id=? ORDER BY time, filename"),
        &[parent.realm.as_ref().into(), parent.id().into()],
    )?;
    rows.iter().map(attachment).collect()
}

/// One attachment.
pub(super) fn find(
    connection: &mut Connection,
    parent: &Resource,
    filename: &str,
) -> Result<Option<Attachment>> {
    let row = connection.query_one(
        &format!("{ATTACHMENT} WHERE type=? AND id=? AND filename=?"),
        &key(parent, filename),
    )?;
    row.as_ref().map(attachment).transpose()
}

/// The attachments that were made at exactly this time.
pub(super) fn at_time(connection: &mut Connection, micros: i64) -> Result<Vec<Attachment>> {
    let rows = connection.query(&format!("{ATTACHMENT} WHERE time=?"), &[micros.into()])?;
    rows.iter().map(attachment).collect()
}

/// Adds a row.
pub(super) fn insert(connection: &mut Connection, attachment: &Attachment) -> Result<()> {
    connection.execute(
        "INSERT INTO attachment (type, id, filename, size, time, description, author) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        &[
            attachment.parent.realm.as_ref().into(),
            attachment.parent.id().into(),
            attachment.filename.as_str().into(),
            attachment.size.into(),
            attachment.time.as_microsecond().into(),
            attachment.description.clone().into(),
            attachment.author.clone().into(),
        ],
    )?;
    Ok(())
}

/// Deletes a row.
pub(super) fn delete(connection: &mut Connection, attachment: &Attachment) -> Result<()> {
    connection.execute(
        "DELETE FROM attachment WHERE type=? AND id=? AND filename=?",
        &key(&attachment.parent, &attachment.filename),
    )?;
    Ok(())
}

/// Gives a row another parent and name.
pub(super) fn relocate(
    connection: &mut Connection,
    from: &Attachment,
    to: &Attachment,
) -> Result<()> {
    let [realm, id, filename] = key(&to.parent, &to.filename);
    let [old_realm, old_id, old_filename] = key(&from.parent, &from.filename);
    connection.execute(
        "UPDATE attachment SET type=?, id=?, filename=? WHERE type=? AND id=? AND filename=?",
        &[realm, id, filename, old_realm, old_id, old_filename],
    )?;
    Ok(())
}

/// Whether the thing that attachments would belong to exists.
pub(super) fn parent_exists(connection: &mut Connection, parent: &Resource) -> Result<bool> {
    let id = parent.id();
    let row = match parent.realm.as_ref() {
        "wiki" => connection.query_one("SELECT 1 FROM wiki WHERE name=? LIMIT 1", &[id.into()])?,
        "milestone" => {
            connection.query_one("SELECT 1 FROM milestone WHERE name=?", &[id.into()])?
        }
        "ticket" => match id.parse::<i64>() {
            Ok(id) => connection.query_one("SELECT 1 FROM ticket WHERE id=?", &[id.into()])?,
            Err(_) => None,
        },
        "report" => match id.parse::<i64>() {
            Ok(id) => connection.query_one("SELECT 1 FROM report WHERE id=?", &[id.into()])?,
            Err(_) => None,
        },
        _ => None,
    };
    Ok(row.is_some())
}

fn key(parent: &Resource, filename: &str) -> [SqlValue; 3] {
    [
        parent.realm.as_ref().into(),
        parent.id().into(),
        filename.into(),
    ]
}

fn attachment(row: &Row) -> Result<Attachment> {
    let (Text(realm), Text(id)) = (row.get(0)?, row.get(1)?);
    Ok(Attachment {
        parent: Resource::new(realm, id),
        filename: row.get::<Text>(2)?.0,
        size: size(row)?,
        time: row.get::<Time>(4)?.moment()?,
        description: row.get(5)?,
        author: row.get(6)?,
    })
}

/// `int(size) if size else 0`.
fn size(row: &Row) -> Result<i64> {
    match row.value(3)? {
        SqlValue::Null => Ok(0),
        SqlValue::Text(text) if text.is_empty() => Ok(0),
        SqlValue::Blob(bytes) if bytes.is_empty() => Ok(0),
        _ => row.get::<Int>(3)?.number(),
    }
}
