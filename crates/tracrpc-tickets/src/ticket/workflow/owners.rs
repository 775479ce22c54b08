//! Who may be chosen as the owner of a ticket.

use std::collections::{BTreeSet, HashSet};

use tracrpc_env::permission::{self, is_action_name};
use tracrpc_env::{Actor, Resource, Result, users};

use super::config::Action;
use crate::ticket::model::Ticket;

/// The users from which an action lets one choose, sorted; none if any name
/// will do.
///
/// # Errors
/// A database that fails, or a permission policy.
pub(super) fn allowed_owners(
    actor: &Actor,
    ticket: &Ticket,
    action: &Action,
) -> Result<Option<Vec<String>>> {
    if let Some(listed) = &action.set_owner {
        return to_users(actor, listed, &ticket.resource()).map(Some);
    }
    if !ticket.definitions().config().ticket().restrict_owner {
        return Ok(None);
    }
    let users = users_who_may(actor, "TICKET_MODIFY", &ticket.resource())?;
    Ok(Some(users.into_iter().collect()))
}

/// The users behind a list of users, permissions and groups; groups may hold
/// groups.
fn to_users(actor: &Actor, listed: &[String], resource: &Resource) -> Result<Vec<String>> {
    let table = permission::store::table(actor.env())?;
    let members = |group: &str| -> Vec<&str> {
        let rows = table.rows().iter().filter(|(_, action)| action == group);
        rows.map(|(subject, _)| subject.as_str()).collect()
    };
    let mut users = BTreeSet::new();
    let mut seen = HashSet::new();
    let mut open: Vec<&str> = listed.iter().map(String::as_str).collect();
    while let Some(name) = open.pop() {
        if !seen.insert(name) {
            continue;
        }
        if name == "authenticated" {
            users.extend(users::known(actor.env())?.into_iter().map(|user| user.name));
        } else if is_action_name(name) {
            users.extend(users_who_may(actor, name, resource)?);
        } else {
            match members(name) {
                members if members.is_empty() => {
                    users.insert(name.to_owned());
                }
                members => open.extend(members),
            }
        }
    }
    Ok(users.into_iter().collect())
}

/// The users who were granted an action and may do it on a resource.
fn users_who_may(actor: &Actor, action: &str, resource: &Resource) -> Result<BTreeSet<String>> {
    let env = actor.env();
    let mut users = BTreeSet::new();
    for user in users::with_permission(env, action)? {
        if actor.as_user(&user).can(action, resource)? {
            users.insert(user);
        }
    }
    Ok(users)
}
