//! Removing a change of a ticket, with its comment.
//!
//! `trac/ticket/model.py: Ticket.delete_change`.

use std::collections::HashSet;

use tracrpc_db::{Connection, Row, SqlValue};
use tracrpc_env::stored::Text;
use tracrpc_env::{Environment, Error, Result, time};

use super::event::{TicketEvent, TicketEventKind};
use super::model::TicketId;
use super::name::FieldName;
use super::read::fetch;

/// Takes the change with the comment of that number from a ticket's history:
/// its fields become what they were, as far as no later change gave them
/// another value. False if there is no such comment.
///
/// # Errors
/// `NotFound` for the ticket; a database that fails.
pub fn delete_change(env: &Environment, id: TicketId, comment: i64) -> Result<bool> {
    let ticket = fetch(env, id)?;
    let standard: HashSet<&str> = ticket
        .fields()
        .standard_names()
        .map(FieldName::as_str)
        .collect();
    let done = env.db().write(|connection| {
        let Some(when) = find(connection, id.get(), comment)? else {
            return Ok(false);
        };
        let key = [id.get().into(), when.clone()];
        let changes =
            "SELECT field, oldvalue, newvalue FROM ticket_change WHERE ticket=? AND time=?";
        for row in connection.query(changes, &key)? {
            let field = row.get::<Option<String>>(0)?.unwrap_or_default();
            if field != "comment" && !field.starts_with('_') {
                undo(
                    connection,
                    id.get(),
                    &when,
                    &field,
                    &row,
                    standard.contains(field.as_str()),
                )?;
            }
        }
        connection.execute("DELETE FROM ticket_change WHERE ticket=? AND time=?", &key)?;
        let now = time::now().as_microsecond();
        let touch = "UPDATE ticket SET changetime=? WHERE id=?";
        connection.execute(touch, &[now.into(), id.get().into()])?;
        Ok::<_, Error>(true)
    })?;
    if done {
        env.tell(TicketEvent {
            ticket: fetch(env, id)?,
            kind: TicketEventKind::CommentDeleted(comment),
            author: String::new(),
            sender: String::new(),
            time: None,
            notify: false,
            base_url: String::new(),
        });
    }
    Ok(done)
}

/// The time of the change that has the comment of that number. Old changes
/// have no number: there they are counted.
fn find(connection: &mut Connection, id: i64, comment: i64) -> Result<Option<SqlValue>> {
    let like = connection.dialect().like();
    let sql = format!(
        "SELECT time FROM ticket_change WHERE ticket=? AND field='comment' \
         AND (oldvalue=? OR oldvalue {like})"
    );
    let params = [
        id.into(),
        comment.to_string().into(),
        format!("%.{comment}").into(),
    ];
    if let Some(row) = connection.query_one(&sql, &params)? {
        return Ok(Some(row.value(0)?.clone()));
    }
    let sql = "SELECT DISTINCT a.time, COALESCE(b.oldvalue, '') FROM ticket_change a \
               LEFT JOIN ticket_change b \
               ON b.ticket=a.ticket AND b.time=a.time AND b.field='comment' \
               WHERE a.ticket=? ORDER BY a.time";
    let mut number = 0;
    for row in connection.query(sql, &[id.into()])? {
        let Text(old) = row.get(1)?;
        let last = old.rsplit('.').next().unwrap_or_default();
        number = last.trim().parse().unwrap_or(number + 1);
        if number == comment {
            return Ok(Some(row.value(0)?.clone()));
        }
    }
    Ok(None)
}

/// The next change of the field says what came before it; without one the
/// field itself gets the old value.
fn undo(
    connection: &mut Connection,
    id: i64,
    when: &SqlValue,
    field: &str,
    change: &Row,
    is_standard: bool,
) -> Result<()> {
    let old = change.value(1)?.clone();
    let new = change.value(2)?.clone();
    let next = "SELECT time FROM ticket_change WHERE ticket=? AND time>? AND field=? ORDER BY time LIMIT 1";
    let next = connection.query_one(next, &[id.into(), when.clone(), field.into()])?;
    if let Some(row) = next {
        let sql = "UPDATE ticket_change SET oldvalue=? \
                   WHERE ticket=? AND time=? AND field=? AND oldvalue=?";
        let time = row.value(0)?.clone();
        connection.execute(sql, &[old, id.into(), time, field.into(), new])?;
        return Ok(());
    }
    if is_standard {
        let column = connection.dialect().quote(field);
        let sql = format!("UPDATE ticket SET {column}=? WHERE id=?");
        connection.execute(&sql, &[old, id.into()])?;
    } else {
        let sql = "UPDATE ticket_custom SET value=? WHERE ticket=? AND name=?";
        connection.execute(sql, &[old, id.into(), field.into()])?;
    }
    Ok(())
}
