//! The permission table: list, grant, revoke, in the words of `trac-admin`.

use std::sync::Arc;

use tracrpc_db::{Connection, ErrorKind};
use tracrpc_translation::message;

use super::{ActionDefinition, Actions, PermissionSystem, Table, is_action_name};
use crate::cache_table;
use crate::environment::Environment;
use crate::error::{Error, Result};

/// The actions of the environment and what they imply.
#[must_use]
pub fn all_actions(env: &Environment) -> Arc<Actions> {
    env.slot::<PermissionSystem>().actions(env)
}

/// The permission table as it is now.
///
/// # Errors
/// The database fails.
pub fn table(env: &Environment) -> Result<Table> {
    let rows = env.db().read(|connection| {
        let sql = "SELECT username, action FROM permission \
                   WHERE username IS NOT NULL AND action IS NOT NULL";
        let rows = connection.query(sql, &[])?;
        rows.iter()
            .map(|row| Ok((row.get(0)?, row.get(1)?)))
            .collect::<Result<Vec<_>>>()
    })?;
    let table = Table::new(rows);
    match env
        .config()
        .is_on("trac.perm.DefaultPermissionGroupProvider")
    {
        true => Ok(table),
        false => Ok(table.without_builtin_groups()),
    }
}

/// The actions that a user has by the table, with those that they imply.
/// Actions that the environment does not define are among them.
///
/// # Errors
/// The database fails.
pub fn actions_of(env: &Environment, username: &str) -> Result<Vec<String>> {
    let table = table(env)?;
    Ok(all_actions(env)
        .expand(table.actions_of(username))
        .into_iter()
        .collect())
}

/// Gives a user or a group an action, or makes it a member of a group.
/// Use within [`Database::write`](tracrpc_db::Database::write).
///
/// # Errors
/// `Invalid`: no such action, or a group named as an action but for its case;
/// `Conflict`: there already; `Storage`.
pub fn grant(
    env: &Environment,
    connection: &mut Connection,
    subject: &str,
    action: &str,
) -> Result<()> {
    let actions = all_actions(env);
    if is_action_name(action) && !actions.contains(action) {
        return Err(Error::invalid(message!(
            "%(name)s is not a valid action.",
            name = action
        )));
    }
    if !is_action_name(action) && actions.contains(&action.to_uppercase()) {
        return Err(Error::invalid(format!(
            "Permission {action} differs from a defined action by casing only, which is not allowed."
        )));
    }
    let inserted = connection.execute(
        "INSERT INTO permission (username, action) VALUES (?, ?)",
        &[subject.into(), action.into()],
    );
    match inserted {
        Err(error) if error.kind() == ErrorKind::Unique => {
            Err(Error::conflict(match actions.contains(action) {
                true => format!("The user {subject} already has permission {action}."),
                false => format!("The user {subject} is already in the group {action}."),
            }))
        }
        inserted => {
            inserted?;
            Ok(cache_table::touch(connection, cache_table::PERMISSIONS)?)
        }
    }
}

/// Takes an action or a membership from a user or a group, if it is there.
/// Use within [`Database::write`](tracrpc_db::Database::write).
///
/// # Errors
/// `Storage`.
pub fn revoke(connection: &mut Connection, subject: &str, action: &str) -> Result<()> {
    connection.execute(
        "DELETE FROM permission WHERE username = ? AND action = ?",
        &[subject.into(), action.into()],
    )?;
    Ok(cache_table::touch(connection, cache_table::PERMISSIONS)?)
}

pub(super) fn actions(env: &Environment) -> Actions {
    let config = env.config();
    let is_on = |component: &str| config.is_on(component);
    let extensions = env.extensions();
    let added = extensions.of::<ActionDefinition>().iter();
    Actions::new(is_on, added, config.options("extra-permissions"))
}
