//! What a query finds as a table, with all that Trac's template shows.

use std::collections::HashMap;

use indexmap::IndexMap;
use tracrpc_env::preferences::preference;
use tracrpc_env::stored::{self, Text};
use tracrpc_env::time::now;
use tracrpc_env::{Actor, Environment, Result};
use tracrpc_tickets::enums::{self, EnumKind};
use tracrpc_tickets::query::{self, Query};
use tracrpc_tickets::ticket::{self, Field, FieldKind, Fields};
use tracrpc_translation::{Message, message};
use tracrpc_wiki::Href;
use tracrpc_wiki::macros::{
    QueryTable, TableCell, TableColumn, TableGroup, TablePages, TableTicket,
};

use super::dates::{Dates, pretty_difference};
use super::lookup::select;

/// How many pages are offered.
const OFFERED_PAGES: usize = 21;

/// The table of the query `text`.
///
/// # Errors
/// *Invalid*: the text is no query. *Storage*: the database fails.
pub(super) fn read(actor: &Actor, text: &str, href: &Href) -> Result<QueryTable> {
    let query = Query::parse(actor, text)?;
    let columns = query::shown_columns(actor, text)?;
    let definitions = ticket::definitions(actor.env())?;
    let fields = definitions.fields();
    let mut ids = query::tickets(actor, &query)?;
    let total = query::count(actor, &query)?;
    let (max, is_grouped) = (query.max(), query.group.is_some());
    // Trac reads one ticket more than fits on a page, to see whether the last group goes on.
    let extra = (is_grouped && max > 0 && ids.len() == max + 1).then(|| ids.len() - 1);
    let values = Values::read(actor.env(), fields, &ids)?;
    let next = extra.and_then(|at| ids.get(at).copied());
    ids.truncate(extra.unwrap_or(ids.len()));
    let reader = Reader {
        actor,
        dates: Dates::of(actor)?,
        dateinfo: dateinfo(actor)?,
        fields,
        values: &values,
        query: &query,
        columns: &columns,
    };
    let group = query.group.as_ref().map(|group| group.column.name.as_str());
    let last = ids.last().copied();
    Ok(QueryTable {
        columns: heads(&reader, text, href)?,
        is_hidden: ids.is_empty() && total > 0,
        group: group.map(|name| (name.to_owned(), label(&reader, name))),
        goes_on: group.is_some_and(|group| match (next, last) {
            (Some(next), Some(last)) => values.get(next, group) == values.get(last, group),
            _ => false,
        }),
        pages: pages(actor, &query, text, href, total)?,
        groups: reader.groups(&ids, group),
    })
}

/// What a user wants moments to be labelled with (`trac/web/chrome.py: pretty_dateinfo`).
fn dateinfo(actor: &Actor) -> Result<String> {
    let env = actor.env();
    let wanted = preference(env, actor.authname(), "dateinfo")?;
    Ok(wanted.unwrap_or_else(|| {
        let config = env.config();
        let default = config.get("trac", "default_dateinfo_format");
        default.unwrap_or("relative").to_owned()
    }))
}

fn label(reader: &Reader<'_>, name: &str) -> String {
    let catalog = reader.actor.catalog();
    let field = reader.fields.get(name);
    let label = field.map_or_else(
        || catalog.gettext("Ticket"),
        |field| field.label_in(catalog),
    );
    label.to_owned()
}

fn heads(reader: &Reader<'_>, text: &str, href: &Href) -> Result<Vec<TableColumn>> {
    let mut heads = Vec::new();
    for name in reader.columns {
        let order =
            (reader.query.order.column.name == *name).then_some(reader.query.order.descending);
        let desc = u8::from(order == Some(false));
        let sorted = format!("{text}&order={name}&desc={desc}");
        heads.push(TableColumn {
            name: name.clone(),
            label: label(reader, name),
            url: query::url(reader.actor, &sorted, href)?,
            order,
        });
    }
    Ok(heads)
}

/// The pages, if there is more than one.
fn pages(
    actor: &Actor,
    query: &Query,
    text: &str,
    href: &Href,
    total: usize,
) -> Result<Option<TablePages>> {
    let (max, current) = (query.max(), query.page());
    let count = if max == 0 { 1 } else { total.div_ceil(max) };
    if count < 2 {
        return Ok(None);
    }
    let url = |page: usize| query::url(actor, &format!("{text}&page={page}"), href);
    let before = (current - 1).saturating_mul(max);
    let first = current.saturating_sub(OFFERED_PAGES / 2).max(1);
    let mut offered = Vec::new();
    for page in first..=count.min(current.saturating_add(OFFERED_PAGES / 2)) {
        offered.push((page, url(page)?));
    }
    Ok(Some(TablePages {
        first: before + 1,
        last: before.saturating_add(max).min(total),
        total,
        current,
        offered,
        previous: (current > 1).then(|| url(current - 1)).transpose()?,
        next: (current < count).then(|| url(current + 1)).transpose()?,
    }))
}

/// Reads what the cells show.
struct Reader<'a> {
    actor: &'a Actor,
    dates: Dates,
    /// What a moment is labelled with: `relative` or `absolute`.
    dateinfo: String,
    fields: &'a Fields,
    values: &'a Values,
    query: &'a Query,
    columns: &'a [String],
}

impl Reader<'_> {
    /// The tickets by the values of a field, which Trac gathers even if they are not together.
    fn groups(&self, ids: &[i64], group: Option<&str>) -> Vec<TableGroup> {
        let Some(group) = group else {
            return vec![self.group(None, ids)];
        };
        let mut groups: IndexMap<&str, Vec<i64>> = IndexMap::new();
        for id in ids {
            let value = self.values.get(*id, group);
            groups.entry(value).or_default().push(*id);
        }
        if groups.is_empty() {
            return vec![self.group(None, ids)];
        }
        let heading = |value: &str| self.heading(group, value);
        groups
            .iter()
            .map(|(value, ids)| self.group(heading(value), ids))
            .collect()
    }

    fn group(&self, value: Option<TableCell>, ids: &[i64]) -> TableGroup {
        TableGroup {
            value,
            tickets: ids.iter().map(|id| self.ticket(*id)).collect(),
        }
    }

    /// What stands over a group; nothing over that of a time that is not set.
    fn heading(&self, group: &str, value: &str) -> Option<TableCell> {
        match self.kind(group) {
            Some(FieldKind::Time) => {
                let time = super::tickets::shown_time(value);
                (time != "None").then_some(TableCell::Text(time))
            }
            Some(FieldKind::Checkbox) => {
                let is_set = tracrpc_env::config::as_bool(value);
                let text = if is_set { "True" } else { "" };
                Some(TableCell::Text(text.to_owned()))
            }
            _ if matches!(group, "owner" | "reporter") => Some(self.author(value)),
            _ => Some(TableCell::Text(value.to_owned())),
        }
    }

    fn kind(&self, name: &str) -> Option<&FieldKind> {
        self.fields.get(name).map(|field| &field.kind)
    }

    fn ticket(&self, id: i64) -> TableTicket {
        let cells = self.columns.iter().map(|name| self.cell(id, name));
        let rows = self.query.rows.iter().filter_map(|name| self.row(id, name));
        TableTicket {
            id,
            is_closed: self.values.get(id, "status") == "closed",
            priority: self.values.priority(id).to_owned(),
            cells: cells.collect(),
            rows: rows.collect(),
        }
    }

    fn cell(&self, id: i64, name: &str) -> TableCell {
        let value = self.values.get(id, name).to_owned();
        let field = self.fields.get(name);
        match (name, field) {
            ("id", _) => TableCell::Text(id.to_string()),
            ("summary", _) => TableCell::Summary(value),
            (_, Some(field)) if field.kind == FieldKind::Time => self.time(field, &value),
            (_, Some(field)) if field.kind == FieldKind::Checkbox => {
                let is_set = tracrpc_env::config::as_bool(&value);
                let catalog = self.actor.catalog();
                TableCell::Text(
                    catalog
                        .gettext(if is_set { "yes" } else { "no" })
                        .to_owned(),
                )
            }
            ("reporter", _) => self.author(&value),
            ("cc", _) => TableCell::Addresses(value),
            ("owner", _) if !value.is_empty() => self.author(&value),
            ("milestone", _) => TableCell::Milestone(value),
            (_, Some(field)) => text_cell(field, value),
            (_, None) => TableCell::Text(value),
        }
    }

    /// What stands below a ticket; nothing if the field is empty.
    fn row(&self, id: i64, name: &str) -> Option<(String, TableCell)> {
        let value = self.values.get(id, name);
        if value.is_empty() {
            return None;
        }
        let value = value.to_owned();
        let field = self.fields.get(name);
        let is_wiki = field.is_some_and(|field| field.format.as_deref() == Some("wiki"));
        let cell = match is_wiki {
            true => TableCell::Wiki(value),
            false => TableCell::Lines(value),
        };
        Some((label(self, name), cell))
    }

    fn author(&self, name: &str) -> TableCell {
        TableCell::Author(name.to_owned(), name == self.actor.authname())
    }

    fn time(&self, field: &Field, micros: &str) -> TableCell {
        let Some(time) = stored::time_of_text(micros) else {
            return TableCell::default();
        };
        let catalog = self.actor.catalog();
        let distance = pretty_difference(time, now()).in_language(catalog);
        let format = field.format.as_deref().filter(|format| !format.is_empty());
        let format = format.unwrap_or(&self.dateinfo);
        let absolute = match format {
            "date" => self.dates.format_date(time),
            _ => self.dates.format_datetime(time),
        };
        let relative = |message: Message| message.in_language(catalog);
        let (label, title) = match format {
            "relative" => (distance, absolute),
            _ if time > now() => (
                absolute,
                relative(message!("in %(relative)s", relative = distance)),
            ),
            _ => (
                absolute,
                relative(message!("%(relative)s ago", relative = distance)),
            ),
        };
        TableCell::Time { label, title }
    }
}

fn text_cell(field: &Field, value: String) -> TableCell {
    let is_wiki = field.format.as_deref() == Some("wiki");
    match (&field.kind, is_wiki) {
        (FieldKind::Text, true) => TableCell::Oneliner(value),
        (FieldKind::Textarea, true) => TableCell::Wiki(value),
        (FieldKind::Textarea, false) => TableCell::Lines(value),
        _ => TableCell::Text(value),
    }
}

/// The values of some tickets.
pub(super) struct Values {
    values: HashMap<i64, HashMap<String, String>>,
    priorities: HashMap<String, String>,
}

impl Values {
    /// Reads all fields of the tickets `ids`.
    pub(super) fn read(env: &Environment, fields: &Fields, ids: &[i64]) -> Result<Self> {
        let keys: Vec<_> = ids.iter().map(|id| (*id).into()).collect();
        let standard: Vec<&Field> = fields.iter().filter(|field| !field.is_custom()).collect();
        let mut names: Vec<String> = standard
            .iter()
            .map(|field| field.name.to_string())
            .collect();
        // Fields without values to choose from are no fields, but the status is always needed.
        if !names.iter().any(|name| name == "status") {
            names.push("status".to_owned());
        }
        let dialect = env.db().dialect();
        let quoted: Vec<_> = names.iter().map(|name| dialect.quote(name)).collect();
        let sql = format!("SELECT id, {} FROM ticket WHERE id IN", quoted.join(", "));
        let mut values: HashMap<i64, HashMap<String, String>> = HashMap::new();
        for row in select(env, &sql, &keys)? {
            let known = values.entry(row.get(0)?).or_default();
            for (index, name) in names.iter().enumerate() {
                let value: Option<String> = row.get(index + 1)?;
                known.insert(name.clone(), value.unwrap_or_default());
            }
        }
        if fields.iter().any(Field::is_custom) {
            let sql = "SELECT ticket, name, value FROM ticket_custom WHERE ticket IN";
            for row in select(env, sql, &keys)? {
                let known = values.entry(row.get(0)?).or_default();
                let (Text(name), Text(value)) = (row.get(1)?, row.get(2)?);
                known.insert(name, value);
            }
        }
        let priorities = enums::list(env, EnumKind::Priority)?;
        let priorities = priorities.into_iter();
        Ok(Self {
            values,
            priorities: priorities
                .map(|known| (known.name, known.value.unwrap_or_default()))
                .collect(),
        })
    }

    /// The value of a field as Trac's queries give it, or nothing.
    pub(super) fn get(&self, id: i64, name: &str) -> &str {
        match self.stored(id, name) {
            "" if name == "reporter" => "anonymous",
            value => value,
        }
    }

    /// The value of a field in the database, or nothing.
    pub(super) fn stored(&self, id: i64, name: &str) -> &str {
        let value = self.values.get(&id).and_then(|values| values.get(name));
        value.map_or("", String::as_str)
    }

    /// The rank of a ticket's priority.
    fn priority(&self, id: i64) -> &str {
        let rank = self.priorities.get(self.get(id, "priority"));
        rank.map_or("", String::as_str)
    }
}
