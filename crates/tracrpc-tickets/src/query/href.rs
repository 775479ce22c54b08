//! The address of a query's page.

use std::collections::BTreeMap;

use tracrpc_env::{Actor, Result};
use tracrpc_translation::message;
use tracrpc_wiki::Href;

use super::number;
use super::refusal::Refusal;
use super::syntax::{self, Parts, synonym};
use crate::ticket::{self, FieldKind, Fields};

/// The values of one group of constraints by field.
type Group = BTreeMap<String, Vec<String>>;

/// How many columns a query shows if it does not say which.
const DEFAULT_COLUMNS: usize = 7;

/// Where the result of the query `text` is shown, with all that differs from
/// what a query without it would be.
///
/// # Errors
/// *Invalid*: the text is no query.
pub fn url(actor: &Actor, text: &str, href: &Href) -> Result<String> {
    Address::read(actor, text)?.url(actor, href)
}

/// The address of those tickets of the query `text` whose group has the value
/// `value`, and the words by which Trac names the query.
///
/// # Errors
/// *Invalid*: the text is no query.
pub fn group_url(actor: &Actor, text: &str, value: &str, href: &Href) -> Result<(String, String)> {
    let mut address = Address::read(actor, text)?;
    let group = address.group.take().unwrap_or_default();
    let order = address.order.take();
    address.parts.groupdesc = false;
    let words = format!(
        "query:?{}",
        address.query_string(actor)?.replace('&', "\n&\n")
    );
    for constraints in &mut address.parts.groups {
        constraints.insert(group.clone(), vec![value.to_owned()]);
    }
    address.order = order;
    Ok((address.url(actor, href)?, words))
}

/// The columns that the query `text` shows, the number among them.
///
/// # Errors
/// *Invalid*: the text is no query.
pub fn shown_columns(actor: &Actor, text: &str) -> Result<Vec<String>> {
    let address = Address::read(actor, text)?;
    if address.columns.is_empty() {
        return Ok(address.default_columns);
    }
    Ok(address.columns)
}

/// The address of those tickets of the query `text` that have some values, grouped by another
/// field or by none.
///
/// # Errors
/// *Invalid*: the text is no query.
pub fn narrowed_url(
    actor: &Actor,
    text: &str,
    group: Option<&str>,
    values: &[(String, Vec<String>)],
    href: &Href,
) -> Result<String> {
    let mut address = Address::read(actor, text)?;
    if address.group.is_some() {
        address.parts.groupdesc = false;
    }
    let groups = &mut address.parts.groups;
    if groups.is_empty() && !values.is_empty() {
        groups.push(Group::new());
    }
    for constraints in groups.iter_mut() {
        constraints.extend(values.iter().cloned());
    }
    let definitions = ticket::definitions(actor.env())?;
    let order = address.order.as_deref().unwrap_or_default();
    address.default_columns = default_columns(definitions.fields(), groups, order, None);
    address.group = group.map(str::to_owned);
    address.url(actor, href)
}

/// What the address of a query is made of.
struct Address {
    parts: Parts,
    order: Option<String>,
    group: Option<String>,
    /// The columns that it shows if it does not say which.
    default_columns: Vec<String>,
    columns: Vec<String>,
    rows: Vec<String>,
}

impl Address {
    fn read(actor: &Actor, text: &str) -> Result<Self> {
        let definitions = ticket::definitions(actor.env())?;
        let fields = definitions.fields();
        let mut parts = syntax::parse(text)?;
        for group in &mut parts.groups {
            group.retain(|name, _| name == "id" || fields.contains(name));
        }
        let is_shown = |name: &String| name == "id" || fields.contains(name);
        let order = synonym(parts.order.clone().unwrap_or_default());
        let order = if is_shown(&order) {
            order
        } else {
            "priority".to_owned()
        };
        let group = parts.group.clone().filter(|name| fields.contains(name));
        Ok(Self {
            default_columns: default_columns(fields, &parts.groups, &order, group.as_deref()),
            columns: columns(fields, &parts),
            rows: rows(&parts)
                .filter(|row| fields.contains(row))
                .map(str::to_owned)
                .collect(),
            order: Some(order),
            group,
            parts,
        })
    }

    fn url(&self, actor: &Actor, href: &Href) -> Result<String> {
        Ok(format!(
            "{}?{}",
            href.url(&["query"], &[]),
            self.query_string(actor)?
        ))
    }

    /// The constraints, then the settings. An empty group of constraints leaves
    /// nothing but its `or`.
    fn query_string(&self, actor: &Actor) -> Result<String> {
        let mut query = Vec::new();
        for (index, group) in self.parts.groups.iter().enumerate() {
            query.extend((index > 0).then(|| "or".to_owned()));
            query.push(encode(pairs(group)));
        }
        let settings = self.settings(actor)?;
        query.push(encode(
            settings.iter().map(|(name, value)| (*name, value.as_str())),
        ));
        query.retain(|part| !part.is_empty());
        Ok(query.join("&"))
    }

    /// What is no constraint, in the order in which Trac writes it.
    fn settings(&self, actor: &Actor) -> Result<Vec<(&'static str, String)>> {
        let parts = &self.parts;
        let flag = |is_set: bool| is_set.then(|| "1".to_owned());
        let mut settings = Vec::new();
        let mut add =
            |name, value: Option<String>| settings.extend(value.map(|value| (name, value)));
        add("report", parts.report.clone());
        add("group", self.group.clone());
        add("groupdesc", flag(parts.groupdesc));
        // A feed has as many tickets as a page, whatever is asked for.
        let is_feed = parts.format.as_deref() == Some("rss");
        add(
            "max",
            max(actor, parts.max.as_deref())?.filter(|_| !is_feed),
        );
        add("order", self.order.clone());
        add("desc", flag(parts.desc));
        if !self.columns.is_empty() && self.columns != self.default_columns {
            self.columns
                .iter()
                .for_each(|column| add("col", Some(column.clone())));
        }
        self.rows
            .iter()
            .for_each(|row| add("row", Some(row.clone())));
        add("page", page(parts.page.as_deref())?.filter(|_| !is_feed));
        add("format", parts.format.clone());
        Ok(settings)
    }
}

fn pairs(group: &Group) -> impl Iterator<Item = (&str, &str)> {
    group
        .iter()
        .flat_map(|(name, values)| values.iter().map(|value| (name.as_str(), value.as_str())))
}

/// Parameters as they stand in an address.
fn encode<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let parameters: Vec<_> = parameters.collect();
    let url = Href::default().url(&[], &parameters);
    url.split_once('?')
        .map_or(String::new(), |(_, query)| query.to_owned())
}

fn rows(parts: &Parts) -> impl Iterator<Item = &str> {
    let has_description = parts.rows.iter().any(|row| row == "description");
    let verbose = (parts.verbose && !has_description).then_some("description");
    parts.rows.iter().map(String::as_str).chain(verbose)
}

fn max(actor: &Actor, text: Option<&str>) -> Result<Option<String>> {
    // Trac reads the option whether the query has a length of its own or not.
    let default = actor.env().config().query().items_per_page.get()?;
    let text = match text {
        None => return Ok(None),
        Some("" | "none") => "0",
        Some(text) => text,
    };
    let number = number::parse(text).ok_or_else(|| {
        Refusal::Page.error(message!("Query max %(max)s is invalid.", max = text))
    })?;
    Ok((number.digits != default.to_string()).then_some(number.digits))
}

fn page(text: Option<&str>) -> Result<Option<String>> {
    let text = text.filter(|text| !text.is_empty()).unwrap_or("1");
    let number = number::parse(text)
        .filter(|page| page.value > 0)
        .ok_or_else(|| {
            Refusal::Page.error(message!("Query page %(page)s is invalid.", page = text))
        })?;
    Ok((number.value != 1).then_some(number.digits))
}

/// The columns that the query names, and always the number; none if it names
/// none.
fn columns(fields: &Fields, parts: &Parts) -> Vec<String> {
    let mut columns = parts.columns.clone();
    columns.retain(|name| name == "id" || fields.contains(name));
    if !columns.is_empty() && !columns.iter().any(|name| name == "id") {
        columns.insert(0, "id".to_owned());
    }
    columns
}

fn default_columns(
    fields: &Fields,
    groups: &[Group],
    order: &str,
    group: Option<&str>,
) -> Vec<String> {
    let mut columns = all_columns(fields, groups);
    let constrained: std::collections::BTreeSet<&String> =
        groups.iter().flat_map(BTreeMap::keys).collect();
    for name in constrained {
        if name == "id" || !columns.contains(name) {
            continue;
        }
        let mut values = groups.iter().filter_map(|group| group.get(name));
        let is_time = fields
            .get(name)
            .is_some_and(|field| field.kind == FieldKind::Time);
        if !is_time && values.clone().all(|values| is_one_value(values)) {
            columns.retain(|column| column != name);
        }
        if name == "status" && !values.any(|values| values.iter().any(|value| value == "closed")) {
            columns.retain(|column| column != "resolution");
        }
    }
    columns.retain(|column| Some(column.as_str()) != group);
    columns.truncate(DEFAULT_COLUMNS);
    if Some(order) != group && !columns.iter().any(|column| column == order) {
        columns.pop();
        columns.push(order.to_owned());
    }
    columns
}

fn is_one_value(values: &[String]) -> bool {
    match values {
        [value] => !value.is_empty() && !value.starts_with(['!', '~', '^', '$']),
        _ => false,
    }
}

/// All columns that a table can have, those first that matter most.
fn all_columns(fields: &Fields, groups: &[Group]) -> Vec<String> {
    let mut columns = vec!["id".to_owned()];
    let shown = fields
        .iter()
        .filter(|field| field.kind != FieldKind::Textarea);
    columns.extend(shown.map(|field| field.name.to_string()));
    for name in ["reporter", "keywords", "cc"] {
        if let Some(place) = columns.iter().position(|column| column == name) {
            let column = columns.remove(place);
            columns.push(column);
        }
    }
    columns.sort_by_key(|name| match name.as_str() {
        "id" => 1,
        "summary" => 2,
        name if groups.iter().any(|group| group.contains_key(name)) => 3,
        _ => 4,
    });
    columns
}
