//! How far the tickets of a query are, by the groups of `[milestone-groups]`.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use tracrpc_env::config::{Config, as_bool};
use tracrpc_env::{Actor, Error, Result};
use tracrpc_tickets::query::{self, Query};
use tracrpc_tickets::ticket::{self, Definitions, FieldKind};
use tracrpc_translation::message;
use tracrpc_wiki::Href;
use tracrpc_wiki::macros::{ProgressBar, ProgressInterval, TicketProgress};

use super::query_table::Values;

/// The progress of the tickets that the query `text` finds.
///
/// # Errors
/// *Invalid*: the text is no query. *Config*: the groups contradict each other. *Storage*: the
/// database fails.
pub(super) fn read(actor: &Actor, text: &str, href: &Href) -> Result<TicketProgress> {
    let query = Query::parse(actor, text)?;
    let definitions = ticket::definitions(actor.env())?;
    let ids = query::tickets(actor, &query)?;
    let reader = Reader {
        actor,
        text,
        href,
        values: Values::read(actor.env(), definitions.fields(), &ids)?,
        groups: StatusGroup::all(&actor.env().config(), &definitions)?,
    };
    let Some(group) = &query.group else {
        return Ok(TicketProgress {
            field: None,
            bars: vec![reader.bar(&ids, None)?],
        });
    };
    let field = group.column.name.as_str();
    let mut bars = Vec::new();
    for value in reader.names(&definitions, &ids, field) {
        let of_value = |id: &i64| reader.values.get(*id, field) == value;
        let ids: Vec<i64> = ids.iter().copied().filter(of_value).collect();
        if !ids.is_empty() {
            bars.push(reader.bar(&ids, Some((field, &value)))?);
        }
    }
    if group.descending {
        bars.reverse();
    }
    Ok(TicketProgress {
        field: Some(field.to_owned()),
        bars,
    })
}

struct Reader<'a> {
    actor: &'a Actor,
    text: &'a str,
    href: &'a Href,
    values: Values,
    groups: Vec<StatusGroup>,
}

impl Reader<'_> {
    /// The values of a field that have a bar: those to choose from, or else those that are there.
    /// Trac compares truths and times with their texts, and finds none of them.
    fn names(&self, definitions: &Definitions, ids: &[i64], name: &str) -> Vec<String> {
        let Some(field) = definitions.fields().get(name) else {
            return Vec::new();
        };
        if matches!(field.kind, FieldKind::Checkbox | FieldKind::Time) {
            return Vec::new();
        }
        if let Some(options) = &field.options {
            let none = field.optional.then(String::new);
            return none.into_iter().chain(options.iter().cloned()).collect();
        }
        // A reporter who is not known is `anonymous` here, but nothing in the database.
        let values = ids
            .iter()
            .map(|id| self.values.stored(*id, name).to_owned());
        let values: BTreeSet<_> = values.collect();
        let is_shown = |value: &String| name != "reporter" || !value.is_empty();
        values.into_iter().filter(is_shown).collect()
    }

    fn bar(&self, ids: &[i64], group: Option<(&str, &str)>) -> Result<ProgressBar> {
        let fixed: Vec<(String, Vec<String>)> = group
            .map(|(field, value)| (field.to_owned(), vec![value.to_owned()]))
            .into_iter()
            .collect();
        let mut intervals = Vec::new();
        for status_group in &self.groups {
            intervals.push(self.interval(status_group, ids, &fixed)?);
        }
        let name = group.map_or("", |(_, value)| value);
        let done: Vec<bool> = self.groups.iter().map(|group| group.is_done).collect();
        let mut bar = ProgressBar {
            name: name.to_owned(),
            is_reader: name == self.actor.authname(),
            url: query::narrowed_url(self.actor, self.text, None, &fixed, self.href)?,
            count: intervals.iter().map(|interval| interval.count).sum(),
            intervals,
            ..ProgressBar::default()
        };
        fill_percents(&mut bar, &done);
        Ok(bar)
    }

    fn interval(
        &self,
        group: &StatusGroup,
        ids: &[i64],
        fixed: &[(String, Vec<String>)],
    ) -> Result<ProgressInterval> {
        let has_status = |id: &&i64| group.statuses.contains(self.values.get(**id, "status"));
        let mut text = self.text.to_owned();
        for (name, value) in &group.arguments {
            text.push_str(&format!("&{name}={value}"));
        }
        let mut values = fixed.to_vec();
        if !group.statuses.is_empty() {
            let statuses = group.statuses.iter().cloned().collect();
            values.push(("status".to_owned(), statuses));
        }
        let grouped = group.grouped.as_deref();
        Ok(ProgressInterval {
            title: group.label.clone(),
            class: group.class.clone(),
            count: ids.iter().filter(has_status).count(),
            percent: 0,
            url: query::narrowed_url(self.actor, &text, grouped, &values, self.href)?,
        })
    }
}

/// Sets the percentages, which are to be 100 in sum: the smallest grows, or the greatest shrinks.
fn fill_percents(bar: &mut ProgressBar, done: &[bool]) {
    if bar.count == 0 {
        return;
    }
    for (interval, is_done) in bar.intervals.iter_mut().zip(done) {
        let share = interval.count as f64 / bar.count as f64 * 100.0;
        interval.percent = share.round_ties_even() as i64;
        if *is_done {
            bar.done_percent += interval.percent;
            bar.done_count += interval.count;
        }
    }
    let total: i64 = bar.intervals.iter().map(|interval| interval.percent).sum();
    if bar.done_count == 0 || total == 100 {
        return;
    }
    let missing = 100 - total;
    let mut shown: Vec<&mut ProgressInterval> = bar.intervals.iter_mut().collect();
    shown.retain(|interval| interval.percent > 0);
    match missing < 0 {
        true => shown.sort_by_key(|interval| -interval.percent),
        false => shown.sort_by_key(|interval| interval.percent),
    }
    if let Some(interval) = shown.into_iter().next() {
        interval.percent += missing;
        bar.done_percent += missing;
    }
}

/// Statuses that are one part of a bar.
#[derive(Debug, Default)]
struct StatusGroup {
    label: String,
    class: String,
    statuses: BTreeSet<String>,
    is_done: bool,
    /// What its link asks for besides.
    arguments: Vec<(String, String)>,
    /// By what its link groups the tickets.
    grouped: Option<String>,
}

impl StatusGroup {
    /// The groups of `[milestone-groups]`, or Trac's own two.
    fn all(config: &Config, definitions: &Definitions) -> Result<Vec<Self>> {
        let statuses: BTreeSet<String> = definitions.states().into_iter().collect();
        let mut drafts = drafts(config)?;
        let mut rest = statuses.clone();
        let mut catch_all: Option<String> = None;
        for (name, draft) in &drafts {
            let own = draft.get("status").map_or("", String::as_str).trim();
            if own != "*" {
                take_statuses(name, own, &statuses, &mut rest)?;
            } else if let Some(other) = catch_all.replace(name.clone()) {
                return Err(Error::config(message!(
                    "'%(group1)s' and '%(group2)s' milestone groups both are declared to be \
                     \"catch-all\" groups. Please check your configuration.",
                    group1 = name,
                    group2 = other
                )));
            }
        }
        Ok(drafts
            .iter_mut()
            .map(|(name, draft)| StatusGroup::new(name, draft, &statuses, &rest))
            .collect())
    }

    fn new(
        name: &str,
        draft: &BTreeMap<String, String>,
        known: &BTreeSet<String>,
        rest: &BTreeSet<String>,
    ) -> Self {
        let option = |option: &str| draft.get(option).map(String::as_str);
        let own = option("status").unwrap_or_default().trim();
        let pairs = option("query_args").unwrap_or_default().split(',');
        let pairs = pairs.filter_map(|pair| pair.split_once('='));
        let pairs: Vec<_> = pairs
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect();
        let grouped = pairs.iter().find(|(name, _)| name == "group");
        StatusGroup {
            label: option("label").unwrap_or(name).to_owned(),
            class: option("css_class").unwrap_or(name).to_owned(),
            statuses: match own {
                "*" => rest.clone(),
                own => split(own).filter(|status| known.contains(status)).collect(),
            },
            is_done: as_bool(option("overall_completion").unwrap_or_default()),
            grouped: grouped.map(|(_, value)| value.clone()),
            arguments: pairs
                .into_iter()
                .filter(|(name, _)| !matches!(name.as_str(), "group" | "status"))
                .collect(),
        }
    }
}

fn split(list: &str) -> impl Iterator<Item = String> {
    list.split(',').map(|item| item.trim().to_owned())
}

/// Takes the statuses of a group out of those that are left.
fn take_statuses(
    name: &str,
    list: &str,
    known: &BTreeSet<String>,
    rest: &mut BTreeSet<String>,
) -> Result<()> {
    let own: BTreeSet<String> = split(list)
        .filter(|status| known.contains(status))
        .collect();
    let taken: Vec<&str> = own.difference(rest).map(String::as_str).collect();
    if !taken.is_empty() {
        return Err(Error::config(message!(
            "'%(groupname)s' milestone group reused status '%(status)s' already taken by other \
             groups. Please check your configuration.",
            groupname = name,
            status = taken.join(", ")
        )));
    }
    rest.retain(|status| !own.contains(status));
    Ok(())
}

/// The groups as they are configured, in order: options by name.
fn drafts(config: &Config) -> Result<Vec<(String, BTreeMap<String, String>)>> {
    let options = config.options("milestone-groups");
    if options.is_empty() {
        let closed = [
            ("status", "closed"),
            ("query_args", "group=resolution"),
            ("overall_completion", "true"),
        ];
        let active = [("status", "*"), ("css_class", "open")];
        let group = |name: &str, options: &[(&str, &str)]| {
            let options = options
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            (name.to_owned(), options.collect())
        };
        return Ok(vec![group("closed", &closed), group("active", &active)]);
    }
    let mut groups: IndexMap<&str, (i64, BTreeMap<String, String>)> = IndexMap::new();
    let mut next = 0;
    for (option, value) in options {
        let (name, qualifier) = option.split_once('.').unwrap_or((option, "status"));
        let (order, options) = groups.entry(name).or_insert((next, BTreeMap::new()));
        if qualifier == "order" {
            *order = value.trim().parse().map_err(|_| {
                Error::config(format!("invalid literal for int() with base 10: '{value}'"))
            })?;
        } else {
            options.insert(qualifier.to_owned(), value.to_owned());
        }
        next = next.max(*order).saturating_add(1);
    }
    groups.sort_by(|_, (one, _), _, (other, _)| one.cmp(other));
    Ok(groups
        .into_iter()
        .map(|(name, (_, options))| (name.to_owned(), options))
        .collect())
}
