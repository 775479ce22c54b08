//! `format=table`: what a query found, in the shape of Trac's template.

use tracrpc_translation::{Message, message};

use super::super::query_table::{QueryTable, TableCell, TableGroup, TablePages, TableTicket};
use super::super::{Call, Expansion};
use super::escape;
use crate::Context;
use crate::Element;
use crate::link::{Link, Scope, mail, write};
use crate::session::Session;

/// Writes a table; its white space is that of Trac.
pub(super) fn expand(call: &Call<'_>, table: &QueryTable) -> Expansion {
    Expansion::html(Session::run(call.context.resolver, |session| {
        let writer = Writer {
            call,
            session,
            table,
        };
        writer.table()
    }))
}

/// Whether the heads of all groups together are more than a page can hold: each repeats the address
/// of the whole query for each column.
pub(super) fn is_too_large(table: &QueryTable) -> bool {
    let head: usize = table.columns.iter().map(|column| column.url.len()).sum();
    head.saturating_mul(table.groups.len()) > crate::session::ROOM
}

struct Writer<'a> {
    call: &'a Call<'a>,
    session: &'a Session,
    table: &'a QueryTable,
}

impl Writer<'_> {
    fn table(&self) -> String {
        let pages = self.table.pages.as_ref();
        let results = pages.map(|pages| self.results(pages));
        let results = results.unwrap_or_default();
        let paging = pages.map(|pages| self.paging(pages)).unwrap_or_default();
        let mut groups = self.table.groups.iter();
        let first = groups.next();
        let caption = first
            .map(|group| self.group_heading(group))
            .unwrap_or_default();
        let mut html = format!(
            "\n\n<div>\n{results}\n\n{paging}  <table class=\"listing tickets\">\n    \
             <caption class=\"trac-group\">\n      {caption}\n    </caption>\n    \
             <thead class=\"trac-query-heading\">\n      {}\n    </thead>\n\n",
            self.headers()
        );
        let mut groups = first.into_iter().chain(groups).enumerate().peekable();
        while let Some((index, group)) = groups.next() {
            if index > 0 {
                html.push_str(&self.next_group(group));
            }
            let goes_on = self.table.goes_on && groups.peek().is_none();
            html.push_str(&self.body(group, goes_on));
        }
        html.push_str(&format!("  </table>\n\n\n{paging}</div>"));
        html
    }

    fn headers(&self) -> String {
        let mut html = String::from("      <tr class=\"trac-columns\">\n");
        for column in &self.table.columns {
            let order = match column.order {
                None => "",
                Some(false) => " asc",
                Some(true) => " desc",
            };
            let direction = self.call.say(match column.order {
                Some(false) => "(descending)",
                _ => "(ascending)",
            });
            let title = message!(
                "Sort by %(col)s %(direction)s",
                col = &column.label,
                direction = direction
            );
            html.push_str(&format!(
                "        <th class=\"{}{order}\">\n          <a title=\"{}\"\n             \
                 href=\"{}\">{}</a>\n        </th>\n",
                escape(&column.name),
                self.said(&title),
                escape(&column.url),
                escape(&column.label)
            ));
        }
        html + "      </tr>\n"
    }

    /// The heads of a group that is not the first.
    fn next_group(&self, group: &TableGroup) -> String {
        let heading = match group.value {
            Some(_) => format!(
                "      <tr class=\"trac-group\">\n        <td class=\"trac-colspan\" colspan=\"{}\">\n          \
                 {}\n        </td>\n      </tr>\n",
                self.table.columns.len(),
                self.group_heading(group)
            ),
            None => String::new(),
        };
        let headers = self.headers();
        format!(
            "    <tbody class=\"trac-query-heading\">\n{heading}      {headers}\n    </tbody>\n"
        )
    }

    fn group_heading(&self, group: &TableGroup) -> String {
        let (Some(value), Some((_, label))) = (&group.value, &self.table.group) else {
            return String::new();
        };
        let value = match value {
            TableCell::Text(text) if text.is_empty() => escape(self.call.say("None")),
            value => self.inline(value).unwrap_or_default(),
        };
        let count = group.tickets.len() as u64;
        let count = Message::plural("%(num)s match", "%(num)s matches", count);
        let count = format!(
            "    <span class=\"numrows\">\n      ({})\n    </span>\n",
            self.said(&count)
        );
        let heading = self.call.say_html(
            "%(grouplabel)s: %(groupname)s %(count)s",
            &[
                ("grouplabel", &escape(label)),
                ("groupname", &value),
                ("count", &count),
            ],
        );
        format!("  <h2 class=\"report-result\" >\n{heading}    </h2>\n")
    }

    fn body(&self, group: &TableGroup, goes_on: bool) -> String {
        let span = self.table.columns.len();
        let mut html = String::from("    <tbody class=\"trac-query-results\">\n");
        if group.tickets.is_empty() && !self.table.is_hidden {
            html.push_str(&format!(
                "      <tr class=\"even\">\n        <td class=\"trac-colspan\" colspan=\"{span}\">{}</td>\n      </tr>\n",
                escape(self.call.say("No tickets found"))
            ));
        }
        for (index, ticket) in group.tickets.iter().enumerate() {
            html.push_str(&self.ticket(index, ticket));
        }
        if goes_on {
            html.push_str(&format!(
                "      <tr>\n        <td class=\"trac-colspan\" colspan=\"{span}\">\n          \
                 <i>{}</i>\n        </td>\n      </tr>\n",
                escape(self.call.say("(more results for this group on next page)"))
            ));
        }
        html + "      </tbody>\n"
    }

    fn ticket(&self, index: usize, ticket: &TableTicket) -> String {
        let parity = if index.is_multiple_of(2) {
            "odd"
        } else {
            "even"
        };
        let url = self.url(ticket);
        let view = escape(self.call.say("View ticket"));
        let closed = if ticket.is_closed {
            " class=\"closed\""
        } else {
            ""
        };
        let mut html = format!(
            "      <tr class=\"{parity} prio{}\">\n",
            escape(&ticket.priority)
        );
        for (column, cell) in self.table.columns.iter().zip(&ticket.cells) {
            html.push_str(&match column.name.as_str() {
                "id" => format!(
                    "        <td class=\"id\"><a href=\"{url}\" title=\"{view}\"{closed}>#{}</a></td>\n",
                    ticket.id
                ),
                name => format!(
                    "        <td class=\"{}\">\n{}        </td>\n",
                    escape(name),
                    self.cell(ticket, cell)
                ),
            });
        }
        html + "      </tr>\n" + &self.rows(ticket)
    }

    /// What stands below a ticket.
    fn rows(&self, ticket: &TableTicket) -> String {
        let span = self.table.columns.len();
        let about = self.call.context.resource.as_ref();
        if about.is_some_and(|about| about.realm == "ticket" && about.id == ticket.id.to_string()) {
            return format!(
                "      <tr class=\"fullrow\">\n        <td class=\"trac-colspan\" colspan=\"{span}\">\n          \
                 <p class=\"meta\"><em>{}</em></p>\n        </td>\n      </tr>\n",
                escape(self.call.say("(this ticket)"))
            );
        }
        let row = |(label, cell): &(String, TableCell)| {
            let lead = if matches!(cell, TableCell::Wiki(_)) {
                "\n"
            } else {
                ""
            };
            format!(
                "      <tr class=\"fullrow\">\n        <th class=\"meta\">{}</th>\n        \
                 <td class=\"trac-colspan\" colspan=\"{}\">\n{lead}{}        </td>\n      </tr>\n",
                escape(label),
                span.saturating_sub(1),
                self.cell(ticket, cell)
            )
        };
        ticket.rows.iter().map(row).collect()
    }

    /// A value, led by white space and with a line break behind.
    fn cell(&self, ticket: &TableTicket, cell: &TableCell) -> String {
        let html = match cell {
            TableCell::Lines(text) => {
                let lines: Vec<_> = crate::text::lines(text).map(escape).collect();
                if lines.is_empty() {
                    return String::new();
                }
                lines.join("\n          <br />\n          ")
            }
            TableCell::Wiki(text) => {
                self.within(ticket, |context| crate::render_html(text, context))
            }
            TableCell::Oneliner(text) => {
                self.within(ticket, |context| crate::render_oneliner(text, context))
            }
            TableCell::Summary(text) => format!(
                "<a href=\"{}\" title=\"{}\">{}</a>",
                self.url(ticket),
                escape(self.call.say("View ticket")),
                escape(text)
            ),
            cell => self.inline(cell).unwrap_or_default(),
        };
        format!("          {html}\n")
    }

    /// A value that is the same within and without a ticket.
    fn inline(&self, cell: &TableCell) -> Option<String> {
        Some(match cell {
            TableCell::Text(text) => escape(text),
            TableCell::Author(name, is_reader) => author(self.call.context, name, *is_reader),
            TableCell::Addresses(text) => {
                let authors = text.split([';', ',']).map(crate::text::strip);
                let authors = authors.filter(|author| !author.is_empty());
                let shown: Vec<_> = authors
                    .map(|author| author_text(self.call.context, author))
                    .collect();
                escape(&shown.join(", "))
            }
            TableCell::Milestone(name) if name.is_empty() => String::new(),
            TableCell::Milestone(name) => {
                write(self.scope(), &Link::new("milestone", name, name, name))
            }
            TableCell::Time { label, .. } if label.is_empty() => String::new(),
            TableCell::Time { label, title } => Element::new("span")
                .attribute("title", title)
                .text(label)
                .to_html(),
            _ => return None,
        })
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            context: self.call.context,
            session: self.session,
        }
    }

    /// Renders what belongs to a ticket.
    fn within(&self, ticket: &TableTicket, render: impl FnOnce(&Context<'_>) -> String) -> String {
        let mut context = self.call.context.deeper();
        context.resource = Some(crate::Resource::ticket(ticket.id));
        render(&context)
    }

    /// The links to the pages.
    fn paging(&self, pages: &TablePages) -> String {
        let side = |class: &str, url: &str, title: &str, arrow: &str| {
            let url = escape(&self.without_host(url));
            let title = escape(self.call.say(title));
            format!(
                "  <span class=\"{class}\">\n    <a href=\"{url}\" title=\"{title}\">{arrow}</a>\n  </span>\n"
            )
        };
        let mut html = String::from("<div class=\"paging\">\n");
        if let Some(url) = &pages.previous {
            html.push_str(&side("previous", url, "Previous Page", "&larr;"));
        }
        for (number, url) in &pages.offered {
            let link = match *number == pages.current {
                true => format!("<span class=\"current\">{number}</span>"),
                false => format!(
                    "<a href=\"{}\" title=\"{}\">{number}</a>",
                    escape(url),
                    self.said(&message!("Page %(num)d", num = *number))
                ),
            };
            html.push_str(&format!("  <span>\n    {link}\n  </span>\n"));
        }
        if let Some(url) = &pages.next {
            html.push_str(&side("next", url, "Next Page", "&rarr;"));
        }
        html + "</div>\n"
    }

    /// Trac makes the links to the next page and to the one before not absolute.
    fn without_host(&self, url: &str) -> String {
        let context = self.call.context;
        match url.strip_prefix(context.href.base()) {
            Some(rest) => format!("{}{rest}", context.path_href.base()),
            None => url.to_owned(),
        }
    }

    fn results(&self, pages: &TablePages) -> String {
        let TablePages {
            first, last, total, ..
        } = pages;
        let shown = match first == last {
            true => message!("%(last)d of %(total)d", last = *last, total = *total),
            false => message!(
                "%(start)d - %(stop)d of %(total)d",
                start = *first,
                stop = *last,
                total = *total
            ),
        };
        let shown = self.said(&shown);
        let shown = format!("  <span class=\"numresults\">({shown})</span>\n");
        let results = self.call.say_html("Results %(num)s", &[("num", &shown)]);
        format!("  <h2 class=\"report-result\">{results}</h2>\n")
    }

    /// A message in the reader's language, escaped.
    fn said(&self, message: &Message) -> String {
        escape(&message.in_language(self.call.context.catalog))
    }

    fn url(&self, ticket: &TableTicket) -> String {
        let id = ticket.id.to_string();
        escape(&self.call.context.path_href.url(&["ticket", &id], &[]))
    }
}

/// A user, as far as the reader may see it.
pub(super) fn author(context: &Context<'_>, name: &str, is_reader: bool) -> String {
    let class = match name {
        "anonymous" => "trac-author-anonymous",
        "" => "trac-author-none",
        _ if is_reader => "trac-author-user",
        _ => "trac-author",
    };
    let span = Element::new("span").attribute("class", class);
    span.text(&author_text(context, name)).to_html()
}

/// The name of a user, as far as the reader may see it.
pub(super) fn author_text(context: &Context<'_>, name: &str) -> String {
    match name {
        "anonymous" => context.catalog.gettext("anonymous").to_owned(),
        "" => context.catalog.gettext("(none)").to_owned(),
        name => mail::shown_author(context, name),
    }
}
