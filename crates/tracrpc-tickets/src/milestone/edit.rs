//! Changes of milestones, which tickets and attachments follow.

use tracrpc_db::{Connection, SqlValue};
use tracrpc_env::name::{checked_name, unless_taken};
use tracrpc_env::time::{self, Timestamp};
use tracrpc_env::{Environment, Error, Resource, Result, cache_table};
use tracrpc_pages::attachment::{self, FileChanges};
use tracrpc_translation::{Message, message};

use super::event::MilestoneEvent;
use super::model::{Milestone, MilestoneChange, fetch, require};
use crate::assign::assign;
use crate::ticket;

/// Makes a milestone. White space in its name is simplified.
///
/// # Errors
/// *Invalid*: no name; *conflict*: there is one of that name; *storage*.
pub fn create(env: &Environment, milestone: &Milestone) -> Result<()> {
    let name = checked_name(nameless, &milestone.name)?;
    env.db().write(|connection| {
        let inserted = connection.execute(
            "INSERT INTO milestone (name, due, completed, description) VALUES (?, ?, ?, ?)",
            &[
                name.as_str().into(),
                stored_time(milestone.due),
                stored_time(milestone.completed),
                milestone.description.as_str().into(),
            ],
        );
        unless_taken(inserted, || taken(&name))?;
        touch(connection)
    })?;
    let name = name.clone();
    env.tell(MilestoneEvent::Created(Milestone {
        name,
        ..milestone.clone()
    }));
    Ok(())
}

/// Changes a milestone for `author`, if one is known. A new name goes into the
/// history of the milestone's tickets, and its attachments follow.
///
/// # Errors
/// *Not found*; *invalid*: no new name; *conflict*: the new name is taken; *storage*.
pub fn update(
    env: &Environment,
    name: &str,
    change: &MilestoneChange,
    author: Option<&str>,
) -> Result<()> {
    let mut files = FileChanges::new(env);
    let mut moved = Vec::new();
    let mut retargeted = Vec::new();
    let (old, milestone) = env.db().write(|connection| {
        require(connection, name)?;
        let before = fetch(connection, name);
        let new_name = checked_name(nameless, change.name.as_deref().unwrap_or(name))?;
        if new_name != name {
            let log = ticket::LogNote {
                author,
                comment: "Milestone renamed",
                when: time::now(),
            };
            retargeted = ticket::retarget(env, connection, name, &new_name, &log)?;
            let (old, new) = (
                Resource::milestone(name),
                Resource::milestone(new_name.as_str()),
            );
            moved = attachment::reparent_all(connection, &mut files, &old, &new)?;
        }
        let assignments = [
            ("name", (new_name != name).then(|| new_name.as_str().into())),
            ("due", change.due.map(stored_time)),
            ("completed", change.completed.map(stored_time)),
            ("description", change.description.as_deref().map(Into::into)),
        ];
        let updated = assign(connection, "milestone", name, assignments);
        unless_taken(updated, || taken(&new_name))?;
        touch(connection)?;
        Ok::<_, Error>((before.ok(), fetch(connection, &new_name).ok()))
    })?;
    files.finish();
    for event in retargeted {
        env.tell(event);
    }
    attachment::tell_moved(env, moved);
    // One whose dates are none can be changed, but not be shown.
    if let (Some(old), Some(milestone)) = (old, milestone) {
        env.tell(MilestoneEvent::Changed { milestone, old });
    }
    Ok(())
}

/// Deletes a milestone with its attachments. Tickets keep its name.
///
/// # Errors
/// *Not found*; *storage*.
pub fn delete(env: &Environment, name: &str) -> Result<()> {
    let gone = attachment::expect_to_go(env, "", &Resource::milestone(name))?;
    let mut files = FileChanges::new(env);
    let milestone = env.db().write(|connection| {
        require(connection, name)?;
        let milestone = fetch(connection, name);
        connection.execute("DELETE FROM milestone WHERE name = ?", &[name.into()])?;
        attachment::delete_all(connection, &mut files, &Resource::milestone(name))?;
        touch(connection)?;
        Ok::<_, Error>(milestone.ok())
    })?;
    files.finish();
    for attachment in gone {
        env.tell_expected(attachment);
    }
    if let Some(milestone) = milestone {
        env.tell(MilestoneEvent::Deleted(milestone));
    }
    Ok(())
}

/// No date is stored as 0.
fn stored_time(time: Option<Timestamp>) -> SqlValue {
    time.map_or(0, Timestamp::as_microsecond).into()
}

fn touch(connection: &mut Connection) -> Result<()> {
    cache_table::touch(connection, cache_table::MILESTONES)?;
    Ok(cache_table::touch(connection, cache_table::TICKET_FIELDS)?)
}

fn taken(name: &str) -> Message {
    message!("Milestone \"%(name)s\" already exists.", name = name)
}

fn nameless() -> Message {
    message!("Invalid milestone name.")
}
