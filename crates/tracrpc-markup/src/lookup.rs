//! What links point to, looked up by the hundred.

use std::collections::{BTreeSet, HashMap, HashSet};

use tracrpc_db::{Row, SqlValue};
use tracrpc_env::stored::{Text, Time};
use tracrpc_env::time::{Timestamp, now};
use tracrpc_env::{Actor, Environment, Resource, Result};
use tracrpc_translation::message;
use tracrpc_wiki::{MilestoneAnswer, PageAnswer, TicketAnswer};

use super::dates::{Dates, pretty_difference};
use super::resource::env_resource;

/// How many targets one statement asks for. Databases bound parameters.
const CHUNK: usize = 500;

/// Pages that exist or not, and what may be done with them.
pub(super) fn pages(
    actor: &Actor,
    names: &BTreeSet<String>,
) -> Result<HashMap<String, PageAnswer>> {
    let keys: Vec<_> = names.iter().map(SqlValue::from).collect();
    let rows = select(
        actor.env(),
        "SELECT DISTINCT name FROM wiki WHERE name IN",
        &keys,
    )?;
    let existing: HashSet<String> = rows
        .iter()
        .map(|row| row.get(0))
        .collect::<Result<_, _>>()?;
    let mut answers = HashMap::new();
    for name in names {
        let resource = Resource::wiki(name);
        let exists = existing.contains(name);
        let answer = PageAnswer {
            exists,
            viewable: actor.can("WIKI_VIEW", &resource)?,
            creatable: !exists && actor.can("WIKI_CREATE", &resource)?,
        };
        answers.insert(name.clone(), answer);
    }
    Ok(answers)
}

/// The tickets that exist.
pub(super) fn tickets(actor: &Actor, ids: &BTreeSet<i64>) -> Result<HashMap<i64, TicketAnswer>> {
    let keys: Vec<_> = ids.iter().map(|id| SqlValue::from(*id)).collect();
    let sql = "SELECT id, summary, status, resolution, type FROM ticket WHERE id IN";
    let mut answers = HashMap::new();
    for row in select(actor.env(), sql, &keys)? {
        let id: i64 = row.get(0)?;
        let text = |index| {
            row.get::<Option<String>>(index)
                .map(Option::unwrap_or_default)
        };
        let answer = TicketAnswer {
            viewable: actor.can("TICKET_VIEW", &Resource::ticket(id))?,
            summary: text(1)?,
            status: row.get(2)?,
            resolution: text(3)?,
            kind: text(4)?,
        };
        answers.insert(id, answer);
    }
    Ok(answers)
}

/// The comments that exist.
pub(super) fn comments(
    actor: &Actor,
    wanted: &BTreeSet<(i64, String)>,
) -> Result<BTreeSet<(i64, String)>> {
    let ids: BTreeSet<i64> = wanted.iter().map(|(id, _)| *id).collect();
    let keys: Vec<_> = ids.into_iter().map(SqlValue::from).collect();
    let sql = "SELECT ticket, MAX(CASE WHEN field='comment' THEN oldvalue END) \
               FROM ticket_change WHERE ticket IN";
    let end = " GROUP BY ticket, time ORDER BY ticket, time";
    let mut rows = Vec::new();
    for row in select_with(actor.env(), sql, end, &keys)? {
        rows.push((row.get(0)?, row.get::<Text>(1)?.0));
    }
    let numbers = comment_numbers(&rows);
    Ok(wanted
        .iter()
        .filter(|(id, number)| {
            // Trac compares texts: `01` is not `1`.
            let known = number.parse::<i64>().ok();
            known.is_some_and(|known| {
                known.to_string() == *number && numbers.contains(&(*id, known))
            })
        })
        .cloned()
        .collect())
}

/// The numbers of all changes of tickets: each says its own after the last dot,
/// or follows on the one before.
fn comment_numbers(changes: &[(i64, String)]) -> HashSet<(i64, i64)> {
    let mut numbers = HashSet::new();
    let (mut ticket, mut number) = (0, 0);
    for (id, own) in changes {
        if *id != ticket {
            (ticket, number) = (*id, 0);
        }
        let own = own
            .rsplit('.')
            .next()
            .and_then(|own| own.trim().parse().ok());
        number = own.unwrap_or(number + 1);
        numbers.insert((ticket, number));
    }
    numbers
}

/// Milestones that exist or not, and what may be done with them.
pub(super) fn milestones(
    actor: &Actor,
    names: &BTreeSet<String>,
) -> Result<HashMap<String, MilestoneAnswer>> {
    let keys: Vec<_> = names.iter().map(SqlValue::from).collect();
    let sql = "SELECT name, due, completed FROM milestone WHERE name IN";
    let mut answers = HashMap::new();
    if names.is_empty() {
        return Ok(answers);
    }
    let dates = Dates::of(actor)?;
    for row in select(actor.env(), sql, &keys)? {
        let Text(name) = row.get(0)?;
        let [due, completed] = [row.get::<Time>(1)?, row.get::<Time>(2)?].map(Time::known);
        let answer = MilestoneAnswer {
            exists: true,
            viewable: actor.can("MILESTONE_VIEW", &Resource::milestone(&name))?,
            creatable: false,
            completed: completed.is_some(),
            title: milestone_title(actor, &dates, due, completed),
        };
        answers.insert(name, answer);
    }
    for name in names {
        if !answers.contains_key(name) {
            let creatable = actor.can("MILESTONE_CREATE", &Resource::milestone(name))?;
            answers.insert(
                name.clone(),
                MilestoneAnswer {
                    creatable,
                    ..Default::default()
                },
            );
        }
    }
    Ok(answers)
}

/// What the link to a milestone says of its date (`trac/ticket/roadmap.py:
/// MilestoneModule`).
fn milestone_title(
    actor: &Actor,
    dates: &Dates,
    due: Option<Timestamp>,
    completed: Option<Timestamp>,
) -> String {
    let (now, catalog) = (now(), actor.catalog());
    let Some(moment) = completed.or(due) else {
        return message!("No date set").in_language(catalog);
    };
    let message = match completed {
        Some(_) => message!("Completed %(duration)s ago (%(date)s)"),
        None if moment < now => message!("%(duration)s late (%(date)s)"),
        None => message!("Due in %(duration)s (%(date)s)"),
    };
    message
        .with("duration", pretty_difference(moment, now))
        .with("date", dates.format_datetime(moment))
        .in_language(catalog)
}

/// The reports that exist, with whether they may be seen.
pub(super) fn reports(actor: &Actor, wanted: &BTreeSet<String>) -> Result<HashMap<String, bool>> {
    let numbers: Vec<_> = wanted
        .iter()
        .filter_map(|id| Some((id, id.trim().parse::<i64>().ok()?)))
        .collect();
    let keys: Vec<_> = numbers
        .iter()
        .map(|(_, number)| SqlValue::from(*number))
        .collect();
    let rows = select(actor.env(), "SELECT id FROM report WHERE id IN", &keys)?;
    let existing: HashSet<i64> = rows
        .iter()
        .map(|row| row.get(0))
        .collect::<Result<_, _>>()?;
    let mut answers = HashMap::new();
    for (id, number) in numbers {
        if existing.contains(&number) {
            let viewable = actor.can("REPORT_VIEW", &Resource::new("report", number))?;
            answers.insert(id.clone(), viewable);
        }
    }
    Ok(answers)
}

/// A parent and the name of a file.
type AttachmentTarget = (tracrpc_wiki::Resource, String);

/// The attachments that exist and may be seen. An empty name means all of a parent, and exists.
pub(super) fn attachments(
    actor: &Actor,
    wanted: &BTreeSet<AttachmentTarget>,
) -> Result<BTreeSet<AttachmentTarget>> {
    let filenames: BTreeSet<&String> = wanted.iter().map(|(_, filename)| filename).collect();
    let keys: Vec<_> = filenames.into_iter().map(SqlValue::from).collect();
    let sql = "SELECT type, id, filename FROM attachment WHERE filename IN";
    let mut existing: HashSet<(String, String, String)> = HashSet::new();
    for row in select(actor.env(), sql, &keys)? {
        let [realm, id, filename] = [row.get(0)?, row.get(1)?, row.get(2)?].map(|Text(text)| text);
        existing.insert((realm, id, filename));
    }
    let mut answers = BTreeSet::new();
    for (parent, filename) in wanted {
        let key = (parent.realm.clone(), parent.id.clone(), filename.clone());
        let resource = env_resource(parent).child("attachment", filename);
        let exists = filename.is_empty() || existing.contains(&key);
        if exists && actor.can("ATTACHMENT_VIEW", &resource)? {
            answers.insert((parent.clone(), filename.clone()));
        }
    }
    Ok(answers)
}

/// The rows of `sql` with any of `keys`.
pub(super) fn select(env: &Environment, sql: &str, keys: &[SqlValue]) -> Result<Vec<Row>> {
    select_with(env, sql, "", keys)
}

fn select_with(env: &Environment, sql: &str, end: &str, keys: &[SqlValue]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for keys in keys.chunks(CHUNK) {
        let marks = vec!["?"; keys.len()].join(", ");
        let sql = format!("{sql} ({marks}){end}");
        rows.extend(env.db().read(|connection| connection.query(&sql, keys))?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_numbered_by_themselves_or_counted() {
        let change = |id, own: &str| (id, own.to_owned());
        let numbers = comment_numbers(&[
            change(1, ""),
            change(1, "4"),
            change(1, ""),
            change(1, "4.6"),
            change(2, ""),
        ]);
        assert_eq!(
            numbers,
            HashSet::from([(1, 1), (1, 4), (1, 5), (1, 6), (2, 1)])
        );
    }
}
