//! `[[TicketQuery(field=value, format=…)]]`: the tickets that a query finds.

mod progress;
mod table;

use indexmap::IndexMap;
use tracrpc_translation::{Message, message};

use super::{Call, Expansion, ExpansionError, Library, Macro, QueriedTicket, TicketGroup};
use crate::Element;
use crate::html::{escape_attribute, escape_text};
use crate::text::{shorten, strip};

pub(super) struct TicketQuery;

impl Macro for TicketQuery {
    fn name(&self) -> &str {
        "TicketQuery"
    }

    fn component(&self) -> &str {
        "trac.ticket.query.TicketQueryMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "List the tickets that a query finds.\n\n\
             The arguments are fields and their values in the query language, `or` between groups of them, \
             and `format` (`list`, `compact`, `count`, `rawcount`, `table`, `progress`), `order`, `max`, `desc`, `group`, `col`, `rows`.",
        )
    }

    fn is_inline(&self, arguments: Option<&str>) -> bool {
        let query = QueryArguments::parse(arguments.unwrap_or_default());
        matches!(query.format.as_str(), "compact" | "count" | "rawcount")
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let arguments = QueryArguments::parse(call.text.unwrap_or_default());
        let (library, query) = (call.context.library, &arguments.query);
        if matches!(arguments.format.as_str(), "count" | "rawcount") {
            return count(call, &arguments);
        }
        let href = &call.context.href;
        match arguments.format.as_str() {
            "table" => {
                let table = library.ticket_table(query, href)?;
                if table::is_too_large(&table) {
                    return Err(ExpansionError::failure(
                        "The table has more groups of so many columns than a page can hold.",
                    ));
                }
                return Ok(table::expand(call, &table));
            }
            "progress" => {
                let progress = library.ticket_progress(query, href)?;
                return Ok(progress::expand(call, &progress));
            }
            _ => {}
        }
        let tickets = library.tickets(query)?;
        if tickets.is_empty() {
            let none = Element::new("span")
                .attribute("class", "query_no_results")
                .text(call.say("No results"));
            return Ok(Expansion::element(none));
        }
        let groups = library.ticket_groups(query, &call.context.href)?;
        Ok(match (arguments.format == "compact", groups) {
            (true, Some(groups)) => Expansion::html(compact_groups(call, &groups)),
            (true, None) => Expansion::element(
                Element::new("span").html(&joined(tickets.iter().map(|t| anchor(call, t)))),
            ),
            (false, Some(groups)) => {
                Expansion::element(Element::new("div").html(&list_groups(call, &groups)))
            }
            (false, None) => Expansion::element(Element::new("div").html(&list(call, &tickets))),
        })
    }
}

fn count(call: &Call<'_>, arguments: &QueryArguments) -> Result<Expansion, ExpansionError> {
    let library: &dyn Library = call.context.library;
    let query = &arguments.query;
    let count = library.count_tickets(query)?;
    let title = Message::plural(
        "%(num)s ticket matching %(criteria)s",
        "%(num)s tickets matching %(criteria)s",
        count as u64,
    );
    let title = title.with("criteria", query.replace('&', ", "));
    let title = title.in_language(call.context.catalog);
    let text = count.to_string();
    if arguments.format == "rawcount" {
        let span = Element::new("span")
            .attribute("class", "query_count")
            .attribute("title", &title);
        return Ok(Expansion::element(span.text(&text)));
    }
    let url = call.context.resolver.query_url(query, &call.context.href);
    let url = url.map_err(|error| ExpansionError::usage(&error))?;
    Ok(Expansion::element(
        Element::new("a")
            .attribute("href", &url)
            .attribute("title", &title)
            .text(&text),
    ))
}

fn anchor(call: &Call<'_>, ticket: &QueriedTicket) -> String {
    let id = ticket.id.to_string();
    let link = Element::new("a")
        .attribute("class", &ticket.status)
        .attribute("title", &shorten(&ticket.summary));
    link.attribute("href", &call.context.path_href.url(&["ticket", &id], &[]))
        .text(&format!("#{id}"))
        .to_html()
}

fn list(call: &Call<'_>, tickets: &[QueriedTicket]) -> String {
    let mut items = String::new();
    for ticket in tickets {
        items.push_str(&Element::new("dt").html(&anchor(call, ticket)).to_html());
        items.push_str(&Element::new("dd").text(&ticket.summary).to_html());
    }
    Element::new("dl")
        .attribute("class", "wiki compact")
        .html(&items)
        .to_html()
}

fn list_groups(call: &Call<'_>, groups: &[TicketGroup]) -> String {
    let mut html = String::new();
    for group in groups {
        let link = group_link(call, group).text(&group.value).to_html();
        let field = escape_text(&group.field);
        let about = call.say_html(
            "%(groupvalue)s %(groupname)s tickets:",
            &[("groupvalue", &link), ("groupname", &field)],
        );
        html.push_str(&Element::new("p").html(&about).to_html());
        html.push_str(&list(call, &group.tickets));
    }
    html
}

fn compact_groups(call: &Call<'_>, groups: &[TicketGroup]) -> String {
    joined(groups.iter().map(|group| {
        let ids: Vec<String> = group
            .tickets
            .iter()
            .map(|ticket| ticket.id.to_string())
            .collect();
        let link = group_link(call, group).text(&format!("#{}", ids.join(",\u{200b}")));
        format!("{} {}", escape_text(&group.value), link.to_html())
    }))
}

fn group_link(call: &Call<'_>, group: &TicketGroup) -> Element {
    let title = message!(
        "%(groupvalue)s %(groupname)s tickets matching %(query)s",
        groupvalue = &group.value,
        groupname = &group.field,
        query = &group.query
    );
    let title = title.in_language(call.context.catalog);
    Element::new("a")
        .attribute("class", "query")
        .attribute("href", &group.url)
        .attribute("title", &title)
}

/// Escapes as Trac's templates do, which know apostrophes too.
pub(super) fn escape(text: &str) -> String {
    escape_attribute(text).replace('\'', "&#39;")
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

/// The arguments as a query.
#[derive(Debug, PartialEq, Eq)]
struct QueryArguments {
    /// The query, with order and limits.
    query: String,
    format: String,
}

/// What stands before and behind a `=`, in the order given; of equal keys the last value is left.
type Pairs = IndexMap<String, String>;

impl QueryArguments {
    fn parse(text: &str) -> Self {
        let mut clauses = Vec::new();
        let mut clause = Pairs::new();
        let mut options = Pairs::new();
        let mut positional = Vec::new();
        for argument in super::arguments::split_at_commas(text) {
            match argument.find('=').filter(|&at| at > 0) {
                Some(at) => {
                    let key = strip(&argument[..at]).to_owned();
                    let is_option = matches!(key.as_str(), "order" | "max" | "format" | "col");
                    let pairs = if is_option { &mut options } else { &mut clause };
                    pairs.insert(key, argument[at + 1..].to_owned());
                }
                None if strip(&argument) == "or" => clauses.push(std::mem::take(&mut clause)),
                None => positional.push(argument),
            }
        }
        clauses.push(clause);
        QueryArguments::new(clauses, options, positional)
    }

    fn new(clauses: Vec<Pairs>, mut options: Pairs, positional: Vec<String>) -> Self {
        let given = options
            .shift_remove("format")
            .or_else(|| positional.into_iter().next());
        let format =
            given.map_or_else(|| "list".to_owned(), |format| strip(&format).to_lowercase());
        for (key, value) in [("order", "id"), ("max", "0")] {
            options
                .entry(key.to_owned())
                .or_insert_with(|| value.to_owned());
        }
        if matches!(format.as_str(), "list" | "compact") {
            let own = options
                .shift_remove("col")
                .map(|columns| format!("|{columns}"))
                .unwrap_or_default();
            options.insert("col".to_owned(), format!("status|summary{own}"));
        }
        let clauses: Vec<String> = clauses
            .into_iter()
            .filter(|clause| !clause.is_empty())
            .map(joined_pairs)
            .collect();
        let mut query = clauses.join("&or&");
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&joined_pairs(options));
        QueryArguments { query, format }
    }
}

fn joined_pairs(mut pairs: Pairs) -> String {
    pairs.sort_keys();
    pairs
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::QueryArguments;

    #[test]
    fn arguments() {
        let check = |text: &str, query: &str, format: &str| {
            let want = QueryArguments {
                query: query.to_owned(),
                format: format.to_owned(),
            };
            assert_eq!(QueryArguments::parse(text), want, "{text}");
        };
        check("", "max=0&order=id", "");
        check(
            "status=new, owner=joe, format=count",
            "owner=joe&status=new&max=0&order=id",
            "count",
        );
        check(
            "id=1,or,id=2\\,3,compact",
            "id=1&or&id=2,3&col=status|summary&max=0&order=id",
            "compact",
        );
        check(
            "order=id&format=list",
            "col=status|summary&max=0&order=id&format=list",
            "list",
        );
        check(
            "col=owner, max=5",
            "col=status|summary|owner&max=5&order=id",
            "list",
        );
    }
}
